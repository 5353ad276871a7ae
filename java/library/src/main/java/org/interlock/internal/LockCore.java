package org.interlock.internal;

import java.lang.ref.Reference;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;
import org.interlock.internal.SharedObjects.Factory;
import org.interlock.internal.Turns.Turn;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes, reentrant for the threads of this JVM. Taking and releasing it when it
 * is free is one native call each. The owner is a field here and not a {@code ReentrantLock}: one
 * of those stays locked when its owner ends, while the native lock goes to the next taker.
 *
 * <p>Threads of this JVM that find it taken elect one (see {@link Turns}) who waits in the kernel.
 */
public final class LockCore extends SharedObject {
  /** Makes it. */
  public static final Factory<LockCore> FACTORY = new Factory<>(LockCore.class, LockCore::new);

  private static final int MOST_HOLDS = 1000; // of one thread: IL_MAX_HOLDS

  private final Turns turns = new Turns();
  private volatile @Nullable IntConsumer repair;

  // Written by the owner only, while it holds the native lock; each thread can tell from `owner`,
  // without synchronisation, whether it is the owner itself.
  private @Nullable Thread owner;
  private int holds;
  private boolean ownerDied; // the previous one, and that is not repaired yet
  private @Nullable LockProxy proxy;

  private LockCore(long address, ObjectInfo info) {
    super(address, info);
  }

  @Override
  void promptAll() {
    super.promptAll();
    turns.promptAll();
  }

  @Override
  protected boolean isInUse() {
    int pid = HotCalls.lockOwnerPid(address());
    boolean held = HotCalls.lockIsHeld(address());
    // 0: somebody is just taking it; it may be a thread of ours.
    return held && (pid == 0 || pid == ProcessHandle.current().pid());
  }

  /** Takes it, or not. */
  public boolean tryLock(SharedHandle<LockCore> handle) {
    Thread me = Thread.currentThread();
    if (owner == me) {
      return again();
    }
    if (VirtualThreads.isVirtual(me)) {
      LockProxy taker = LockProxy.start(this);
      return took(taker.take(0), taker, handle);
    }
    int status = takeNative(0);
    if (status == Status.OK && !handle.isClosed()) {
      own(me, false, null);
      return true;
    }
    return took(status, null, handle);
  }

  /** All fields: the last owner may have died with them. */
  private void own(Thread me, boolean died, @Nullable LockProxy by) {
    owner = me;
    holds = 1;
    ownerDied = died;
    proxy = by;
  }

  /** Waits for it; an interrupt is kept for later. */
  public void lock(SharedHandle<LockCore> handle) {
    if (!tryLock(handle)) {
      try {
        await(handle, Deadline.FOREVER, false);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Waits for it until the deadline. */
  public boolean tryLock(SharedHandle<LockCore> handle, Deadline deadline)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return tryLock(handle) || (deadline.remaining() > 0 && await(handle, deadline, true));
  }

  /** Gives back one hold. */
  public void unlock() {
    if (owner != Thread.currentThread()) {
      throw new IllegalMonitorStateException(label() + " is not held by this thread");
    }
    if (holds > 1) {
      holds--;
    } else {
      release(ownerDied);
    }
  }

  /** Whether a thread of any process holds it. */
  public boolean isLocked() {
    boolean held = HotCalls.lockIsHeld(address());
    Reference.reachabilityFence(this);
    return held;
  }

  /** Holds of the current thread. */
  public int holdCount() {
    return owner == Thread.currentThread() ? holds : 0;
  }

  /**
   * Whether the current thread, which holds it, was told of a death that nobody repaired before.
   */
  public boolean previousOwnerDied() {
    return ownerDied;
  }

  /** Pid of the owner; 0 if there is none, or it is not known. */
  public int ownerPid() {
    int pid = HotCalls.lockOwnerPid(address());
    Reference.reachabilityFence(this);
    return pid;
  }

  /** What is called with the pid (0 if not known) of an owner that died. */
  public void onOwnerDeath(IntConsumer action) {
    repair = action;
  }

  int takeNative(long nanos) {
    int status = nanos <= 0 ? HotCalls.lockTry(address()) : HotCalls.lockAcquire(address(), nanos);
    Reference.reachabilityFence(this);
    return status;
  }

  int releaseNative(boolean repaired) {
    if (repaired) {
      HotCalls.lockRepaired(address());
    }
    int status = HotCalls.lockRelease(address());
    Reference.reachabilityFence(this);
    return status;
  }

  private boolean again() {
    if (holds == MOST_HOLDS) {
      throw Failures.maximumHolds();
    }
    holds++;
    return true;
  }

  /**
   * After the taker tried.
   *
   * @param taker null if it was the thread itself
   * @return false if the lock is another's
   */
  private boolean took(int status, @Nullable LockProxy taker, SharedHandle<LockCore> handle) {
    if (status != Status.OK && status != Status.OWNER_DIED) {
      if (taker != null) {
        taker.dismiss();
      }
      if (status == Status.WOULD_BLOCK || status == Status.TIMED_OUT) {
        return false;
      }
      throw failure(status);
    }
    own(Thread.currentThread(), status == Status.OWNER_DIED, taker);
    if (handle.isClosed()) {
      release(false);
      handle.requireOpen();
    }
    if (ownerDied) {
      tell();
    }
    return true;
  }

  /** Before the taking returns. If the repair throws, the next owner is told again. */
  private void tell() {
    IntConsumer action = repair;
    if (action == null) {
      return;
    }
    boolean repaired = false;
    try {
      action.accept(HotCalls.lockDeadOwner(address()));
      repaired = true;
    } finally {
      if (!repaired && owner == Thread.currentThread()) {
        release(false);
      }
    }
    if (owner != Thread.currentThread()) {
      throw new IllegalMonitorStateException("the repair of " + label() + " released it");
    }
  }

  private void release(boolean repaired) {
    LockProxy by = proxy;
    holds = 0;
    ownerDied = false;
    proxy = null;
    owner = null;
    int status = by == null ? releaseNative(repaired) : by.release(repaired);
    if (lingering) {
      SharedObjects.retireUnused();
    }
    if (status != Status.OK) {
      throw failure(status);
    }
  }

  /** Waits after the lock was found taken. */
  private boolean await(SharedHandle<LockCore> handle, Deadline deadline, boolean interruptible)
      throws InterruptedException {
    if (!VirtualThreads.isVirtual(Thread.currentThread())) {
      return took(waitTurn(this::takeNative, handle, deadline, interruptible), null, handle);
    }
    LockProxy taker = LockProxy.start(this);
    int status;
    try {
      status = waitTurn(taker::take, handle, deadline, interruptible);
    } catch (Throwable e) {
      taker.dismiss();
      throw e;
    }
    return took(status, taker, handle);
  }

  /** Takes the native lock or not; the turn has ended when this returns. */
  private int waitTurn(
      LongToIntFunction take, SharedHandle<LockCore> handle, Deadline end, boolean interruptible)
      throws InterruptedException {
    boolean interrupted = false;
    Turn turn = turns.enter();
    try {
      while (true) {
        handle.requireOpen();
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
      turns.leave(turn);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
