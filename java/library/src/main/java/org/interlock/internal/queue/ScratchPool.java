package org.interlock.internal.queue;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Scratch memory that was used and is used again, for all queues of the process: no operation
 * allocates any once the pool is warm. Memory that grew for a very large item is not kept.
 */
final class ScratchPool {
  private static final int LARGEST_KEPT = 1 << 20;
  private static final int PLACES =
      Integer.highestOneBit(2 * Math.max(2, Runtime.getRuntime().availableProcessors()) - 1) * 2;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(PLACES);

  private ScratchPool() {}

  static Scratch acquire() {
    int start = start();
    for (int i = 0; i < PLACES; i++) {
      int place = (start + i) & (PLACES - 1);
      if (POOL.getPlain(place) != null) {
        Scratch scratch = POOL.getAndSet(place, null);
        if (scratch != null) {
          return scratch;
        }
      }
    }
    return new Scratch();
  }

  static void release(Scratch scratch) {
    if (scratch.capacity() > LARGEST_KEPT) {
      return;
    }
    int start = start();
    for (int i = 0; i < PLACES; i++) {
      int place = (start + i) & (PLACES - 1);
      if (POOL.getPlain(place) == null && POOL.compareAndSet(place, null, scratch)) {
        return;
      }
    }
  }

  /** Threads start at different places, so that they seldom meet and find their own memory warm. */
  private static int start() {
    return (int) Thread.currentThread().getId();
  }
}
