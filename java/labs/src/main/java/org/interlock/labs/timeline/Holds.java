package org.interlock.labs.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a process holds: locks, permits, and items it has taken and not finished. It begins with the
 * end of the call that took it, and ends with the beginning of the one that gives it back, so that
 * the holds of two processes never seem to overlap when they did not.
 */
final class Holds {
  static final Set<String> GIVING_BACK = Set.of("unlock", "release", "close", "done", "taskDone");

  private static final Set<String> OWNED_BY_THREAD = Set.of("ProcessLock", "Mutex");
  private static final Set<String> HELD =
      Set.of("ProcessLock", "Mutex", "ProcessSemaphore", "PermitPool", "JoinableQueue");
  private static final Set<String> TAKING =
      Set.of("lock", "lockInterruptibly", "timedLock", "acquire", "acquireUninterruptibly");
  private static final Set<String> TAKING_ITEMS = Set.of("take", "poll", "receive");

  private final List<Entry> held = new ArrayList<>();
  private final List<Entry> whileAwaiting = new ArrayList<>();

  List<Entry> all() {
    return List.copyOf(held);
  }

  /** The holds that a call ends. */
  List<Entry> before(Entry begin) {
    if (isAwait(begin)) {
      // Who waits for a condition has let its lock go; which one is not said: the last it took.
      List<Entry> locks =
          held.stream().filter(hold -> isLock(hold) && hold.thread() == begin.thread()).toList();
      return locks.isEmpty() ? List.of() : letGo(locks.get(locks.size() - 1));
    }
    if (!GIVING_BACK.contains(begin.method())) {
      return List.of();
    }
    List<Entry> ended = held.stream().filter(hold -> isOf(hold, begin)).toList();
    if (isLock(begin)) {
      Entry outermost = ended.isEmpty() ? null : ended.get(ended.size() - 1);
      return outermost == null ? List.of() : remove(outermost);
    }
    return ended.isEmpty() ? List.of() : remove(ended.get(0));
  }

  private List<Entry> letGo(Entry lock) {
    whileAwaiting.add(lock);
    return remove(lock);
  }

  private List<Entry> remove(Entry hold) {
    held.remove(hold);
    return List.of(hold);
  }

  /** What a call took is held from now on. */
  void after(Entry end) {
    if (isAwait(end)) {
      whileAwaiting.stream()
          .filter(lock -> lock.thread() == end.thread())
          .toList()
          .forEach(
              lock -> {
                whileAwaiting.remove(lock);
                held.add(from(end, lock));
              });
    } else if (HELD.contains(end.type()) && takes(end) && end.succeeded()) {
      held.add(end);
    }
  }

  private static Entry from(Entry end, Entry lock) {
    return new Entry(
        lock.pid(),
        end.nanos(),
        lock.thread(),
        lock.what(),
        lock.type(),
        lock.method(),
        lock.object(),
        lock.value());
  }

  private static boolean takes(Entry end) {
    return end.type().equals("JoinableQueue")
        ? TAKING_ITEMS.contains(end.method())
        : TAKING.contains(end.method()) || end.method().startsWith("try");
  }

  private static boolean isAwait(Entry entry) {
    return entry.type().endsWith("Condition")
        ? entry.method().startsWith("await")
        : entry.type().equals("ConditionVariable")
            && Set.of("await", "timedWait").contains(entry.method());
  }

  private static boolean isLock(Entry entry) {
    return OWNED_BY_THREAD.contains(entry.type());
  }

  /** Permits and deliveries are known by themselves, the rest by the object they came from. */
  private static boolean isOf(Entry hold, Entry giving) {
    if (giving.type().equals("Held") || giving.type().equals("Received")) {
      return hold.value().split(" ", 2)[0].equals(giving.object());
    }
    boolean sameThread = hold.thread() == giving.thread() || !isLock(hold);
    return hold.object().equals(giving.object()) && sameThread && !hold.method().equals("receive");
  }
}
