package org.interlock.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Removes the anonymous objects that killed processes left: before this process opens its first
 * object by name or creates one, and then at most once a minute.
 */
final class Sweeper {
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());

  private Sweeper() {}

  /** Not now: a child is starting, and whoever started it has swept. */
  static void postpone() {
    NEXT.set(System.nanoTime() + PAUSE_NANOS);
  }

  static void sweepNowAndThen() {
    long due = NEXT.get();
    long now = System.nanoTime();
    if (now - due >= 0 && NEXT.compareAndSet(due, now + PAUSE_NANOS)) {
      Natives.require();
      // A failure is no matter of the object that is about to be opened, which will meet it too.
      int ignored = ColdCalls.il_sweep(0);
    }
  }
}
