package org.interlock.internal.queue;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory that was used and is used again, for all queues of the process: no operation
 * allocates any once the pool is warm. Of memory that grew for very large items one piece is kept,
 * until the next garbage collection.
 */
final class ScratchPool {
  private static final int LARGEST_KEPT = 1 << 20;
  private static final int PLACES =
      Integer.highestOneBit(2 * Math.max(2, Runtime.getRuntime().availableProcessors()) - 1) * 2;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(PLACES);
  private static final AtomicReference<@Nullable WeakReference<Scratch>> LARGE =
      new AtomicReference<>();

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

  /** Scratch for at least so many bytes; somewhat more, lest items that grow have it done again. */
  static Scratch acquire(int bytes) {
    if (bytes <= LARGEST_KEPT) {
      return new Scratch(bytes + bytes / 4);
    }
    WeakReference<Scratch> reference = LARGE.getAndSet(null);
    Scratch kept = reference == null ? null : reference.get();
    return kept != null && kept.capacity() >= bytes ? kept : new Scratch(bytes);
  }

  static void release(Scratch scratch) {
    if (scratch.capacity() > LARGEST_KEPT + LARGEST_KEPT / 4) {
      LARGE.set(new WeakReference<>(scratch));
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
