package org.interlock.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Removes the anonymous objects that killed processes left: before this process opens its first
 * object by name or creates one, and then at most once a minute; and when it ends, if it handed
 * objects to children.
 */
final class Sweeper {
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());

  private static volatile boolean handedOn;

  private Sweeper() {}

  /**
   * An object was lent to a child. This process may close it long before the child, which is then
   * the last to have it, is killed: at the end, with the other daemon children, or by anybody.
   */
  static void expectLeftovers() {
    handedOn = true;
  }

  /** When daemon children are gone, and this process's own objects. */
  static void sweepAtExit() {
    if (handedOn) {
      int ignored = ColdCalls.il_sweep(0); // what it leaves, the next program removes
    }
  }

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
