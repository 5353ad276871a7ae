package org.interlock.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the threads of this JVM apart for one native call, which takes some 50 ns. A {@code
 * ReentrantLock} needs two locked instructions for that, as many as the native call itself, because
 * whoever unlocks must see who sleeps. Here nobody is woken: who finds it held looks again in a
 * moment, and then, as the call may have met a process that was stopped, at ever longer intervals.
 */
public final class OperationLock {
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(OperationLock.class, "held", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int LOOKS = Runtime.getRuntime().availableProcessors() > 1 ? 100 : 1;
  private static final long SHORTEST_SLEEP = 20_000; // nanoseconds; timers are about as exact
  private static final long LONGEST_SLEEP = 2_000_000;

  @SuppressWarnings("unused") // by HELD only
  private boolean held;

  /** Takes it. An interrupt is kept for later. Not reentrant. */
  public void lock() {
    if (!HELD.compareAndSet(this, false, true)) {
      lockHeld();
    }
  }

  /** Gives it back. */
  public void unlock() {
    HELD.setRelease(this, false);
  }

  private boolean isTaken() {
    return !(boolean) HELD.getOpaque(this) && HELD.compareAndSet(this, false, true);
  }

  private void lockHeld() {
    for (int i = 0; i < LOOKS; i++) {
      if (isTaken()) {
        return;
      }
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    for (long nanos = SHORTEST_SLEEP; !isTaken(); nanos = Math.min(2 * nanos, LONGEST_SLEEP)) {
      interrupted |= Thread.interrupted(); // or it would not sleep
      LockSupport.parkNanos(this, nanos);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
