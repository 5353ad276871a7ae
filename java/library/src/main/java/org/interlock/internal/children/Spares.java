package org.interlock.internal.children;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.interlock.internal.ExitSteps;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;

/**
 * JVMs that are up already and wait for a task, because starting a JVM is most of what starting a
 * child costs. A program that starts one child has none; from the second on, one is made ready
 * whenever one is missing, in a thread of its own. They end with this process, at once, as there is
 * nothing that they could bring to a good end.
 *
 * <p>Nobody waits for one. If somebody kills it, that shows when it is to be used.
 */
final class Spares {
  /** How many to keep, 0 or more; 1 if it is not set. */
  static final String PROPERTY = "interlock.spares";

  private static final int DEFAULT_COUNT = 1;
  private static final int FIRST_START_THAT_FILLS = 2;
  private static final int MOST = 64;

  /** A JVM that has nothing to do ends in some milliseconds. */
  private static final long END_NANOS = 1_000_000_000L;

  private static final Spares SPARES = new Spares();

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<NativeChild> ready = new ArrayDeque<>(); // guarded by lock
  private int starts; // guarded by lock: of children that a spare could have been
  private boolean filling; // guarded by lock
  private boolean closed; // guarded by lock: this process ends

  private Spares() {}

  private static int wanted() {
    String text = System.getProperty(PROPERTY);
    if (text == null || text.isEmpty()) {
      return DEFAULT_COUNT;
    }
    try {
      int count = Integer.parseInt(text);
      if (count >= 0 && count <= MOST) {
        return count;
      }
    } catch (NumberFormatException e) {
      // as below
    }
    throw new IllegalArgumentException(
        "-D" + PROPERTY + "=" + text + ": the number of spare JVMs is from 0 to " + MOST);
  }

  /**
   * One that lives, as far as is known. It now belongs to the caller.
   *
   * @throws IllegalArgumentException if the property is no such number, however many there are
   */
  static Optional<NativeChild> take() {
    int unused = wanted();
    return SPARES.takeOne();
  }

  /** A child was started that was a spare, or could have been one: see that the next will be. */
  static void refill() {
    SPARES.started();
  }

  private Optional<NativeChild> takeOne() {
    lock.lock();
    try {
      return Optional.ofNullable(ready.poll());
    } finally {
      lock.unlock();
    }
  }

  private void started() {
    lock.lock();
    try {
      starts++;
      if (starts < FIRST_START_THAT_FILLS || filling || !isWanted()) {
        return;
      }
      filling = true;
    } finally {
      lock.unlock();
    }
    fillInBackground();
  }

  /** With the lock. */
  private boolean isWanted() {
    return !closed && ready.size() < wanted();
  }

  private void fillInBackground() {
    Thread filler = new Thread(LastThreads.rootGroup(), this::fill, "interlock-spares", 0, false);
    filler.setDaemon(true);
    filler.setContextClassLoader(null);
    try {
      filler.start();
    } catch (OutOfMemoryError e) { // no thread: all works without spares as well
      goesOnFilling(false);
    }
  }

  private void fill() {
    boolean able = ExitSteps.add(ExitSteps.Step.END_SPARES, this::close);
    try {
      while (goesOnFilling(able)) {
        able = addOne(); // if not, not before the next start
      }
    } catch (Throwable e) { // no memory
      goesOnFilling(false);
      throw e;
    }
  }

  private boolean goesOnFilling(boolean able) {
    lock.lock();
    try {
      filling = able && isWanted();
      return filling;
    } finally {
      lock.unlock();
    }
  }

  private boolean addOne() {
    JvmCommand command =
        JvmCommand.of(JvmFacts.ofThisJvm(), List.of(), false, "spare")
            .loading(Natives.library())
            .waiting();
    if (ArgumentFile.isNeededFor(command.arguments())) {
      return false; // which would lie there as long as the spare waits
    }
    NativeChild spare = new NativeChild();
    int status = spare.spawnWithChannel(Start.launchOfSpare(command));
    if (status != Status.OK) {
      spare.release();
      Log.failure(status);
      return false;
    }
    if (!keeps(spare)) {
      end(List.of(spare));
    }
    return true;
  }

  private boolean keeps(NativeChild spare) {
    lock.lock();
    try {
      return !closed && ready.add(spare);
    } finally {
      lock.unlock();
    }
  }

  private void close() {
    List<NativeChild> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(ready);
      ready.clear();
    } finally {
      lock.unlock();
    }
    end(all);
  }

  private static void end(List<NativeChild> spares) {
    spares.forEach(NativeChild::abandon);
    for (NativeChild spare : spares) {
      int unused = spare.reap(END_NANOS); // else its guardian goes on
      spare.release();
    }
  }

  /** Loaded when there is something to say. */
  private static final class Log {
    private static final System.Logger LOGGER = System.getLogger(Spares.class.getName());

    static void failure(int status) {
      LOGGER.log(
          System.Logger.Level.DEBUG,
          "no spare JVM: {0} {1}",
          HotCalls.statusCall(status),
          HotCalls.statusErrnoName(status));
    }
  }
}
