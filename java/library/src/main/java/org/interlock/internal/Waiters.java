package org.interlock.internal;

import java.lang.ref.Reference;
import org.interlock.internal.Turns.Turn;

/**
 * Waiting until an operation on an object succeeds, for one reason to wait ({@code il_reason}). Of
 * all threads of this JVM one at most sleeps in the kernel (see {@link Turns}), in slices, so that
 * it notices interrupts and closing; for a virtual thread a platform thread sleeps.
 *
 * <p>The steps of the sleeper are those that {@code native/include/interlock.h} tells above {@code
 * il_wait_prepare}: announce oneself, look again, sleep, and on the way out pass on the wake-up.
 */
public final class Waiters {
  /** {@code il_reason}. */
  public static final int NOT_EMPTY = 0;

  /** {@code il_reason}. */
  public static final int NOT_FULL = 1;

  /** {@code il_reason}. */
  public static final int ALL_DONE = 2;

  /** {@code il_reason}. */
  public static final int CHANGED = 3;

  /** Each but the last lost to another just when it seemed won. */
  private static final int MOST_SPINS = 4;

  private final SharedObject object;
  private final int reason;
  private final Turns turns = new Turns();

  /** An operation that does not wait. */
  @FunctionalInterface
  public interface Attempt {
    /** Returns an {@code il_status}; {@link Status#isBlocked} asks for a wait. */
    int run();
  }

  Waiters(SharedObject object, int reason) {
    this.object = object;
    this.reason = reason;
  }

  /** Lets all threads of this JVM look again. */
  void promptAll() {
    turns.promptAll();
  }

  /**
   * Repeats the attempt until it is no longer blocked.
   *
   * @param handle which the caller uses; its closing ends the wait with {@link
   *     org.interlock.ClosedObjectException}
   * @param first what the attempt came to when the caller made it
   * @return what the attempt came to, or {@link Status#TIMED_OUT}
   * @throws InterruptedException with nothing done
   */
  public int await(Attempt attempt, int first, SharedHandle<?> handle, Deadline deadline)
      throws InterruptedException {
    int status = spin(attempt, first);
    return Status.isBlocked(status)
        ? new Wait(attempt, status, handle, deadline).run(true)
        : status;
  }

  /** For a moment, and not on the carrier of a virtual thread; see {@code il_wait_spin}. */
  private int spin(Attempt attempt, int first) {
    int status = first;
    boolean virtual = VirtualThreads.isVirtual(Thread.currentThread());
    for (int i = 0; i < MOST_SPINS && !virtual && status == Status.WOULD_BLOCK; i++) {
      if (!HotCalls.waitSpin(object.address(), reason)) {
        return status;
      }
      status = attempt.run();
    }
    return status;
  }

  /** As {@link #await}, but an interrupt is kept for later. */
  public int awaitUninterruptibly(
      Attempt attempt, int first, SharedHandle<?> handle, Deadline deadline) {
    int status = spin(attempt, first);
    try {
      return Status.isBlocked(status)
          ? new Wait(attempt, status, handle, deadline).run(false)
          : status;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** One thread's wait. */
  private final class Wait {
    private final Attempt attempt;
    private final SharedHandle<?> handle;
    private final Deadline deadline;
    private final boolean virtual = VirtualThreads.isVirtual(Thread.currentThread());
    private final Turn turn;
    private int status;
    private boolean slept;
    private boolean interrupted;

    Wait(Attempt attempt, int first, SharedHandle<?> handle, Deadline deadline) {
      this.attempt = attempt;
      this.status = first;
      this.handle = handle;
      this.deadline = deadline;
      this.turn = turns.enter();
    }

    int run(boolean interruptible) throws InterruptedException {
      try {
        if (!turn.isChosen()) {
          // What this thread waits for may have come before it joined the others, and the chosen
          // one
          // may wait for something later: the next cycle of a barrier, the next setting of an
          // event.
          status = attempt.run();
        }
        while (Status.isBlocked(status)) {
          handle.requireOpen();
          noticeInterrupt(interruptible);
          boolean over = deadline.remaining() <= 0;
          if (turn.isChosen()) {
            lookAndSleep(over);
          } else if (over) {
            status = attempt.run();
          } else {
            turn.park(deadline.remaining());
            if (turn.takePrompt()) {
              status = attempt.run();
            }
          }
          if (over && Status.isBlocked(status)) {
            return Status.TIMED_OUT;
          }
        }
        return status;
      } finally {
        leave();
      }
    }

    private void noticeInterrupt(boolean interruptible) throws InterruptedException {
      if (Thread.interrupted()) {
        if (interruptible) {
          throw new InterruptedException();
        }
        interrupted = true;
      }
    }

    private void lookAndSleep(boolean over) {
      boolean forBytes = status == Status.NO_BYTES;
      long ticket = HotCalls.waitPrepare(object.address(), reason, forBytes);
      if (ticket < 0) {
        throw object.failure((int) -ticket);
      }
      status = attempt.run();
      if (over || !Status.isBlocked(status)) {
        return;
      }
      if (status == Status.NO_BYTES) {
        // A large item may not fit where a smaller one of another thread does. Not only after a
        // wake-up: what a dead process held comes free without one.
        turns.promptOthers(turn);
        if (!forBytes) {
          return; // announce that, too
        }
      }
      slept = true;
      int ignored = sleep((int) ticket, forBytes, deadline.slice());
    }

    private int sleep(int ticket, boolean forBytes, long nanos) {
      long address = object.address();
      return virtual
          ? (int)
              WaiterThreads.call(() -> HotCalls.waitSleep(address, reason, forBytes, ticket, nanos))
          : HotCalls.waitSleep(address, reason, forBytes, ticket, nanos);
    }

    private void leave() {
      turns.leave(turn);
      try {
        if (slept) {
          HotCalls.waitLeave(object.address(), reason);
        }
      } finally {
        Reference.reachabilityFence(object);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
