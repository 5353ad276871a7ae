package org.interlock.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An election among the threads of this JVM that wait for the same thing: one of them, the chosen,
 * waits in the kernel, the others park. When it leaves, however it leaves, the next is chosen, and
 * looks before it sleeps; so no wake-up is lost with a thread that times out.
 */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final LinkedHashSet<Turn> waiting = new LinkedHashSet<>();
  private @Nullable Turn chosen;

  /** One thread's place among those who wait. */
  static final class Turn {
    private final Thread thread = Thread.currentThread();
    private volatile boolean chosen;
    private volatile boolean prompted;

    private Turn() {}

    /** Whether it is this thread that waits in the kernel. Stays so until it leaves. */
    boolean isChosen() {
      return chosen;
    }

    /** Parks until chosen, prompted, interrupted or the time is over; may also return early. */
    void park(long nanos) {
      if (!chosen && !prompted) {
        LockSupport.parkNanos(this, nanos);
      }
    }

    /** Whether somebody asked this thread to look again, since the last time. */
    boolean takePrompt() {
      boolean asked = prompted;
      prompted = false;
      return asked;
    }

    private void prompt() {
      prompted = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits until taking succeeds: the chosen thread takes, in slices, and the others wait for their
   * turn, which has ended when this returns.
   *
   * @param take called with how long it may wait in the kernel; returns an {@code il_status}
   * @param handle whose closing ends the wait; null if nothing does
   * @return what take returned last; {@link Status#TIMED_OUT} if it did not come to that
   * @throws InterruptedException with nothing taken
   */
  int waitTurn(
      LongToIntFunction take, @Nullable SharedHandle<?> handle, Deadline end, boolean interruptible)
      throws InterruptedException {
    boolean interrupted = false;
    Turn turn = enter();
    try {
      while (true) {
        if (handle != null) {
          handle.requireOpen();
        }
        if (Thread.interrupted()) {
          if (interruptible) {
            throw new InterruptedException();
          }
          interrupted = true;
        }
        boolean last = end.remaining() <= 0;
        if (turn.isChosen()) {
          int status = take.applyAsInt(end.slice());
          if (last || (status != Status.TIMED_OUT && status != Status.WOULD_BLOCK)) {
            return status;
          }
        } else if (last) {
          return Status.TIMED_OUT;
        } else {
          turn.park(end.remaining());
          turn.takePrompt();
        }
      }
    } finally {
      leave(turn);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Joins the waiting; must be followed by {@link #leave}. */
  Turn enter() {
    Turn turn = new Turn();
    lock.lock();
    try {
      waiting.add(turn);
      if (chosen == null) {
        choose(turn);
      }
    } finally {
      lock.unlock();
    }
    return turn;
  }

  /** Ends this thread's waiting. */
  void leave(Turn turn) {
    lock.lock();
    try {
      waiting.remove(turn);
      if (chosen == turn) {
        chosen = null;
        if (!waiting.isEmpty()) {
          choose(waiting.iterator().next());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void choose(Turn turn) {
    chosen = turn;
    turn.chosen = true;
    LockSupport.unpark(turn.thread);
  }

  /** Lets all but this one look again: what does not suit it may suit another. */
  void promptOthers(Turn turn) {
    for (Turn other : snapshot()) {
      if (other != turn) {
        other.prompt();
      }
    }
  }

  /** Lets all look again. */
  void promptAll() {
    snapshot().forEach(Turn::prompt);
  }

  private List<Turn> snapshot() {
    lock.lock();
    try {
      return new ArrayList<>(waiting);
    } finally {
      lock.unlock();
    }
  }
}
