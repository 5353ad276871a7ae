package org.interlock.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongToIntFunction;
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
  public static final SharedObjects.Factory<LockCore> FACTORY =
      new SharedObjects.Factory<>(LockCore.class, LockCore::new);

  private static final int MOST_HOLDS = 1000; // of one thread: IL_MAX_HOLDS

  private static final VarHandle USER;

  static {
    try {
      USER = MethodHandles.lookup().findVarHandle(LockCore.class, "user", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Turns turns = new Turns();
  private volatile @Nullable IntConsumer repair;

  // Who has ever taken it: nobody, one thread, or more.
  private @Nullable Thread user; // written by USER only
  private volatile boolean manyUsers;

  // Written by the owner only, while it holds the native lock; each thread can tell from `owner`,
  // without synchronisation, whether it is the owner itself.
  private @Nullable Thread owner;
  private int holds;
  private boolean ownerDied; // the previous one, and that is not repaired yet
  private boolean told; // of a death, since the first of these holds
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

  /**
   * A lock that only the closing thread ever took has no other thread inside, and its memory goes
   * at once. Otherwise one may be taking it just now: it must find the mutex as it is, and what it
   * writes must reach the others.
   */
  @Override
  protected int retireNative() {
    Thread only = (Thread) USER.getVolatile(this);
    return retireNative(manyUsers || (only != null && only != Thread.currentThread()));
  }

  private void announce(Thread me, SharedHandle<LockCore> handle) {
    if (!USER.compareAndSet(this, null, me)) {
      manyUsers = true;
    }
    handle.requireOpen(); // who closed it before has not seen the announcement
  }

  /** Takes it, or not. */
  public boolean tryLock(SharedHandle<LockCore> handle) {
    Thread me = Thread.currentThread();
    if (owner == me) {
      return again();
    }
    if (user != me && !manyUsers) {
      announce(me, handle);
    }
    if (VirtualThreads.isVirtual(me)) {
      manyUsers = true;
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
    told = died;
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
    requireOwner();
    if (holds > 1) {
      holds--;
    } else {
      release(ownerDied);
    }
  }

  /** Throws unless the current thread holds it. */
  void requireOwner() {
    if (owner != Thread.currentThread()) {
      throw new IllegalMonitorStateException(label() + " is not held by this thread");
    }
  }

  /** Whether a thread of any process holds it. */
  public boolean isLocked() {
    try {
      return HotCalls.lockIsHeld(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Holds of the current thread. */
  public int holdCount() {
    return owner == Thread.currentThread() ? holds : 0;
  }

  /**
   * Whether the current thread, which holds it, was told of a death that nobody repaired before:
   * when it took the lock, or when it took it again after waiting in a condition.
   */
  public boolean previousOwnerDied() {
    return told;
  }

  /** Pid of the owner; 0 if there is none, or it is not known. */
  public int ownerPid() {
    try {
      return HotCalls.lockOwnerPid(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** What is called with the pid (0 if not known) of an owner that died. */
  public void onOwnerDeath(IntConsumer action) {
    repair = action;
  }

  int takeNative(long nanos) {
    try {
      return nanos <= 0 ? HotCalls.lockTry(address()) : HotCalls.lockAcquire(address(), nanos);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  int releaseNative(boolean repaired) {
    try {
      if (repaired) {
        int ignored = HotCalls.lockRepaired(address()); // if that fails, the release does, too
      }
      return HotCalls.lockRelease(address());
    } finally {
      Reference.reachabilityFence(this);
    }
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
      tell(() -> {});
    }
    return true;
  }

  /**
   * Before the taking returns. If the repair throws, the next owner is told again.
   *
   * @param ifItThrows done before the lock is released for it
   */
  private void tell(Runnable ifItThrows) {
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
        ifItThrows.run();
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
    told = false;
    proxy = null;
    owner = null;
    int status = by == null ? releaseNative(repaired) : by.release(repaired);
    if (lingering) {
      SharedObjects.retireUnused();
    }
    require(status);
  }

  /** Waits after the lock was found taken. */
  private boolean await(SharedHandle<LockCore> handle, Deadline deadline, boolean interruptible)
      throws InterruptedException {
    LockProxy taker = newTaker();
    return took(take(taker, handle, deadline, interruptible), taker, handle);
  }

  private @Nullable LockProxy newTaker() {
    return VirtualThreads.isVirtual(Thread.currentThread()) ? LockProxy.start(this) : null;
  }

  private int take(
      @Nullable LockProxy taker,
      @Nullable SharedHandle<LockCore> handle,
      Deadline deadline,
      boolean interruptible)
      throws InterruptedException {
    try {
      LongToIntFunction take = taker == null ? this::takeNative : taker::take;
      return turns.waitTurn(take, handle, deadline, interruptible);
    } catch (Throwable e) {
      if (taker != null) {
        taker.dismiss();
      }
      throw e;
    }
  }

  // ------------------------------------------------------------------ for its conditions

  /** What a thread gives up when it waits in a condition, and has again afterwards. */
  record Holding(int holds, boolean told) {}

  /** Makes a native call that only the owner may make; the current thread is the owner. */
  int callAsOwner(IntSupplier call) {
    LockProxy by = proxy;
    return by == null ? call.getAsInt() : by.call(call);
  }

  /** Gives back all holds. */
  Holding giveUp() {
    Holding given = new Holding(holds, told);
    release(ownerDied);
    return given;
  }

  /**
   * Takes it again, with all holds, whatever interrupt or close comes; and if an owner died
   * meanwhile, tells that.
   *
   * @param ifRepairThrows done while the lock is still held; then it is not held any more
   */
  void takeBack(Holding given, Runnable ifRepairThrows) {
    LockProxy taker = newTaker();
    int status;
    try {
      status = take(taker, null, Deadline.FOREVER, false);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (status != Status.OK && status != Status.OWNER_DIED) {
      if (taker != null) {
        taker.dismiss();
      }
      throw failure(status);
    }
    own(Thread.currentThread(), status == Status.OWNER_DIED, taker);
    holds = given.holds;
    told |= given.told;
    if (ownerDied) {
      tell(ifRepairThrows);
    }
  }
}
