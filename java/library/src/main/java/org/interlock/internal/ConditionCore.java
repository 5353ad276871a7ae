package org.interlock.internal;

import java.lang.ref.Reference;
import org.interlock.internal.LockCore.Holding;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a lock. Each waiting thread has an entry in the lock's memory, and sleeps on that;
 * {@code native/src/condition.c} tells what becomes of a signal when its receiver dies.
 *
 * <p>The steps of a wait: enlist, with the lock; give the lock back; sleep, in slices; withdraw,
 * unless a signal was the end of it; take the lock again; leave. So a signal that came first counts
 * even if an interrupt, the deadline or a close was noticed first; and one that comes later goes to
 * another thread.
 */
public final class ConditionCore {
  private final SharedHandle<LockCore> handle;
  private final LockCore lock;
  private final int number;

  private ConditionCore(SharedHandle<LockCore> handle, int number) {
    this.handle = handle;
    this.lock = handle.object();
    this.number = number;
  }

  /**
   * A condition of the lock.
   *
   * @param name null for a new one
   * @throws org.interlock.PosixException if there are too many names, or no memory for conditions
   */
  public static ConditionCore of(SharedHandle<LockCore> handle, @Nullable String name) {
    LockCore lock = handle.open();
    try (NativeArena arena = new NativeArena()) {
      long address = name == null ? 0 : arena.string(name);
      long result = lock.withDescriptor(() -> HotCalls.conditionOpen(lock.address(), address));
      return new ConditionCore(handle, (int) valueOf(result, lock));
    }
  }

  /** All arguments are right, numbers of conditions and entries come from calls like these. */
  private static int corruptIfInvalid(int status) {
    return status == Status.INVALID ? Status.CORRUPT : status;
  }

  private static long valueOf(long valueOrStatus, LockCore lock) {
    return lock.valueOf(valueOrStatus == -Status.INVALID ? -Status.CORRUPT : valueOrStatus);
  }

  /** Whether it is the same condition, of the same lock. */
  public boolean isSame(ConditionCore that) {
    return number == that.number && lock.isSame(that.lock);
  }

  /** For {@code hashCode}. */
  public int identityHash() {
    return 31 * lock.identityHash() + number;
  }

  /** Lets one of those who wait go on, or all. */
  public void signal(boolean everyone) {
    handle.requireOpen();
    lock.requireOwner();
    try {
      signalAsOwner(everyone);
    } finally {
      Reference.reachabilityFence(lock);
    }
  }

  private void signalAsOwner(boolean everyone) {
    int status = lock.callAsOwner(() -> HotCalls.conditionSignal(lock.address(), number, everyone));
    lock.require(corruptIfInvalid(status));
  }

  /**
   * Waits for a signal.
   *
   * @return false: the deadline came first
   * @throws InterruptedException if that came first, and interruptible is true
   * @throws org.interlock.ClosedObjectException if that came first
   */
  public boolean await(Deadline deadline, boolean interruptible) throws InterruptedException {
    handle.requireOpen();
    if (interruptible && Thread.interrupted()) {
      throw new InterruptedException();
    }
    lock.requireOwner();
    try {
      return new Wait(deadline, interruptible).run();
    } finally {
      Reference.reachabilityFence(lock);
    }
  }

  /** What ended a wait. */
  private enum End {
    SIGNAL,
    DEADLINE,
    INTERRUPT,
    CLOSE
  }

  /** One thread's wait. */
  private final class Wait {
    private final Deadline deadline;
    private final boolean interruptible;
    private final boolean virtual = VirtualThreads.isVirtual(Thread.currentThread());
    private int entry;
    private boolean enlisted;
    private boolean interrupted;

    Wait(Deadline deadline, boolean interruptible) {
      this.deadline = deadline;
      this.interruptible = interruptible;
    }

    boolean run() throws InterruptedException {
      enlist();
      SharedObjects.pin(lock); // the last handle may be closed while this thread does not hold it
      try {
        return switch (sleepWithoutLock()) {
          case SIGNAL -> true;
          case DEADLINE -> false;
          case INTERRUPT -> {
            interrupted = false;
            throw new InterruptedException();
          }
          case CLOSE -> throw Failures.closed(lock.label());
        };
      } finally {
        SharedObjects.closed(lock);
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private void enlist() {
      long address = lock.address();
      int result = lock.callAsOwner(() -> (int) HotCalls.conditionEnlist(address, number));
      entry = (int) valueOf(result, lock);
      enlisted = true;
    }

    private End sleepWithoutLock() {
      try {
        Holding given = lock.giveUp();
        try {
          return sleep();
        } finally {
          lock.takeBack(given, this::passOn);
        }
      } finally {
        leave();
      }
    }

    private End sleep() {
      while (true) {
        if (handle.isClosed()) {
          return endedBy(End.CLOSE);
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            return endedBy(End.INTERRUPT);
          }
        }
        if (deadline.remaining() <= 0) {
          return endedBy(End.DEADLINE);
        }
        long result = sleepNative(deadline.slice());
        entry = Status.countOf(result);
        int status = Status.statusOf(result);
        if (status == Status.OK) {
          return End.SIGNAL;
        }
        if (status != Status.TIMED_OUT) {
          throw lock.failure(corruptIfInvalid(status));
        }
      }
    }

    private long sleepNative(long nanos) {
      long address = lock.address();
      int mine = entry;
      return virtual
          ? WaiterThreads.call(() -> HotCalls.conditionSleep(address, mine, nanos))
          : HotCalls.conditionSleep(address, mine, nanos);
    }

    private End endedBy(End end) {
      return withdraw() ? end : End.SIGNAL;
    }

    /** False: a signal was faster, and is kept. */
    private boolean withdraw() {
      long signalled = valueOf(HotCalls.conditionWithdraw(lock.address(), entry), lock);
      enlisted = signalled != 0;
      return !enlisted;
    }

    /** This thread will not have the lock, and makes no use of a signal. */
    private void passOn() {
      if (enlisted && !withdraw()) {
        signalAsOwner(false);
      }
    }

    private void leave() {
      if (enlisted) {
        enlisted = false;
        long ignored = HotCalls.conditionLeave(lock.address(), entry);
      }
    }
  }
}
