package org.interlock.internal;

import java.lang.ref.Reference;

/**
 * Permits that belong to processes. What this JVM holds keeps the object: it is given back once no
 * handle and no permit is left, because with its slot the permits would go, while they are in use.
 */
public final class PermitCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<PermitCore> FACTORY =
      new SharedObjects.Factory<>(PermitCore.class, PermitCore::new);

  /** Of one that takes what is free, whoever waits. */
  private static final long BARGING = -1;

  /** Of one that has not waited yet; most need not, and need no clock. */
  private static final long NEW = -2;

  private final Waiters waiters = newWaiters(Waiters.NOT_EMPTY);

  /**
   * Held for one native call, never while waiting; a call must not meet a slot that is another's.
   */
  private final OperationLock operation = new OperationLock();

  private int held; // guarded by operation
  private boolean gone; // guarded by operation

  /** Permits that were taken together and are given back together. */
  public static class Hold {
    private final PermitCore core;
    private final int permits;
    private boolean ended; // guarded by operation

    /** Permits that were just taken. */
    protected Hold(PermitCore core, int permits) {
      this.core = core;
      this.permits = permits;
    }

    /** Gives them back, unless that was done. */
    protected final void end() {
      core.end(this);
    }

    @Override
    public String toString() {
      return "Permit["
          + permits
          + " of "
          + core.label()
          + (core.hasEnded(this) ? ", closed]" : "]");
    }
  }

  private PermitCore(long address, ObjectInfo info) {
    super(address, info);
  }

  @Override
  protected boolean isInUse() {
    operation.lock();
    try {
      return held > 0;
    } finally {
      operation.unlock();
    }
  }

  @Override
  protected int retireNative() {
    operation.lock();
    try {
      gone = true;
    } finally {
      operation.unlock();
    }
    return super.retireNative();
  }

  /** As long as the JVM has not ended its threads may do what they hold permits for. */
  @Override
  protected void departNative() {
    operation.lock();
    try {
      if (held > 0) {
        int ignored = HotCalls.depart(address(), true);
      } else {
        gone = true;
        super.departNative();
      }
    } finally {
      operation.unlock();
    }
  }

  /** How many there are in all. */
  public int permits() {
    return (int) info().parameter0();
  }

  /** How many are free. */
  public int available() {
    try {
      long available = valueOf(HotCalls.permitsAvailable(address()));
      return (int) available;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Takes permits, or not. */
  public boolean tryAcquire(SharedHandle<PermitCore> handle, int permits) {
    return took(attempt(permits, BARGING), permits, handle);
  }

  /** Waits for permits until the deadline. */
  public boolean acquire(SharedHandle<PermitCore> handle, int permits, Deadline deadline)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (deadline.remaining() <= 0) {
      return tryAcquire(handle, permits);
    }
    int status = attempt(permits, NEW);
    if (Status.isBlocked(status)) {
      status = await(permits, HotCalls.clockNow(), status, handle, deadline);
    }
    return took(status, permits, handle);
  }

  private int await(
      int permits, long since, int first, SharedHandle<PermitCore> handle, Deadline deadline)
      throws InterruptedException {
    int status = first;
    try {
      status = waiters.await(() -> attempt(permits, since), first, handle, deadline);
    } finally {
      if (status != Status.OK) {
        HotCalls.permitsStopWaiting(address(), since);
      }
      Reference.reachabilityFence(this);
    }
    return status;
  }

  /**
   * One attempt.
   *
   * @param since when the wait began; {@link #NEW}, {@link #BARGING}
   */
  private int attempt(int permits, long since) {
    operation.lock();
    try {
      if (gone) {
        return Status.CLOSED;
      }
      int status = attemptNative(permits, since);
      if (status == Status.OK) {
        held += permits;
      }
      return status;
    } finally {
      operation.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private int attemptNative(int permits, long since) {
    if (since == NEW) {
      return HotCalls.permitsTryNew(address(), permits);
    }
    return since == BARGING
        ? HotCalls.permitsTry(address(), permits)
        : HotCalls.permitsTryWaiting(address(), permits, since);
  }

  /** After an attempt. Closing gives nobody a permit. */
  private boolean took(int status, int permits, SharedHandle<PermitCore> handle) {
    if (Status.isBlocked(status) || status == Status.TIMED_OUT) {
      return false;
    }
    require(status);
    if (handle.isClosed()) {
      end(new Hold(this, permits));
      handle.requireOpen();
    }
    return true;
  }

  private boolean hasEnded(Hold hold) {
    operation.lock();
    try {
      return hold.ended;
    } finally {
      operation.unlock();
    }
  }

  private void end(Hold hold) {
    int status;
    operation.lock();
    try {
      if (hold.ended) {
        return;
      }
      hold.ended = true;
      held -= hold.permits;
      status = gone ? Status.OK : HotCalls.permitsRelease(address(), hold.permits);
    } finally {
      operation.unlock();
      Reference.reachabilityFence(this);
    }
    if (lingering) {
      SharedObjects.retireUnused();
    }
    // What is given back was taken: if there is less, the count of it is garbage.
    require(status == Status.INVALID ? Status.CORRUPT : status);
  }
}
