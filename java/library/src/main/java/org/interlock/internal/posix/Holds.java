package org.interlock.internal.posix;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Mutexes that threads of this JVM hold. The list of robust mutexes that a thread hands to the
 * kernel runs through the mutexes themselves, at the addresses where they were locked: memory that
 * is unmapped too early makes a hole in it, and what comes behind is never given to anybody.
 */
final class Holds {
  private static final Map<Place, Hold> HELD = new ConcurrentHashMap<>();

  private Holds() {}

  /** One mutex, however often its memory is mapped. */
  record Place(long device, long inode, long offset) {}

  /** Who holds it, and the mapping it was locked in. */
  private record Hold(Mapping mapping, Thread thread) {}

  /** The current thread has locked it. */
  static void add(Place place, Mapping mapping) {
    HELD.put(place, new Hold(mapping, Thread.currentThread()));
  }

  /** The current thread does not hold it any more; the next owner may have been added before. */
  static void remove(Place place) {
    HELD.computeIfPresent(
        place, (same, hold) -> hold.thread == Thread.currentThread() ? null : hold);
  }

  /** The thread that holds it; of those that live. */
  static @Nullable Thread holderOf(Place place) {
    Hold hold = HELD.get(place);
    return hold != null && hold.thread.isAlive() ? hold.thread : null;
  }

  /** The place of a mutex that was locked in this mapping by a thread that lives. */
  static @Nullable Place anyHeldIn(Mapping mapping) {
    for (Map.Entry<Place, Hold> entry : HELD.entrySet()) {
      Hold hold = entry.getValue();
      if (hold.mapping == mapping && hold.thread.isAlive()) {
        return entry.getKey();
      }
    }
    return null;
  }

  /**
   * Whether a thread ended as the owner of a mutex in it. A thread is not alive for Java some time
   * before the kernel goes through its list, and nothing tells when that is done, save that another
   * thread gets the mutex.
   */
  static boolean isAbandonedIn(Mapping mapping) {
    return HELD.values().stream().anyMatch(hold -> hold.mapping == mapping);
  }
}
