package org.interlock.internal.queue;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.interlock.internal.VirtualThreads;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory that was used and is used again, for all queues of the process: no operation
 * allocates any once the pool is warm. A platform thread keeps the piece that it used last, for
 * without a pool that is shared no locked instruction is needed. Of memory that grew for very large
 * items one piece is kept, until the next garbage collection.
 */
final class ScratchPool {
  /** What a thread may keep for itself: there may be thousands of them. */
  private static final int LARGEST_OWN = 4096;

  private static final int LARGEST_KEPT = 1 << 20;
  private static final int PLACES =
      Integer.highestOneBit(2 * Math.max(2, Runtime.getRuntime().availableProcessors()) - 1) * 2;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(PLACES);
  private static final AtomicReference<@Nullable WeakReference<Scratch>> LARGE =
      new AtomicReference<>();
  private static final ThreadLocal<Own> OWN = ThreadLocal.withInitial(Own::new);

  /** A thread's own piece, while it is not in use. */
  private static final class Own {
    @Nullable Scratch scratch;
  }

  private ScratchPool() {}

  static Scratch acquire() {
    if (!VirtualThreads.isVirtual(Thread.currentThread())) {
      Own own = OWN.get();
      Scratch scratch = own.scratch;
      if (scratch != null) { // else a codec that uses a queue itself, or the first time
        own.scratch = null;
        return scratch;
      }
    }
    return fromPool();
  }

  private static Scratch fromPool() {
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
    if (scratch.capacity() <= LARGEST_OWN && !VirtualThreads.isVirtual(Thread.currentThread())) {
      Own own = OWN.get();
      if (own.scratch == null) {
        own.scratch = scratch;
        return;
      }
    }
    toPool(scratch);
  }

  private static void toPool(Scratch scratch) {
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
