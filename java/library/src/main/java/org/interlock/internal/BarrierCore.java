package org.interlock.internal;

import java.lang.ref.Reference;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.interlock.ClosedObjectException;

/** A barrier. Arrivals are of processes, waiting is done by threads: each knows its cycle. */
public final class BarrierCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<BarrierCore> FACTORY =
      new SharedObjects.Factory<>(BarrierCore.class, BarrierCore::new);

  private static final int INDEX_BITS = 16;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

  private final Waiters waiters = newWaiters(Waiters.CHANGED);

  /** Held for one native call that writes into this process's slot, which must not be another's. */
  private final ReentrantLock operation = new ReentrantLock();

  private boolean gone; // guarded by operation

  private BarrierCore(long address, ObjectInfo info) {
    super(address, info);
  }

  private void leave() {
    operation.lock();
    try {
      gone = true;
    } finally {
      operation.unlock();
    }
  }

  @Override
  protected int retireNative() {
    leave();
    return super.retireNative();
  }

  /** The others may wait for this process: they must learn that it ended, and how. */
  @Override
  protected boolean concernsExit() {
    return true;
  }

  @Override
  protected void departNative() {
    leave();
    if (TaskOutcome.hasReturned()) {
      super.departNative();
    } else {
      int ignored = HotCalls.depart(address(), false);
    }
  }

  /** How many must come. */
  public int parties() {
    return (int) info().parameter0();
  }

  /** How many wait. */
  public int waiting() {
    return (int) (inspect() >>> 1);
  }

  /** Whether it is broken. */
  public boolean isBroken() {
    return (inspect() & 1) != 0;
  }

  private long inspect() {
    try {
      return valueOf(HotCalls.barrierInspect(address()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Breaks it. */
  public void abort() {
    try {
      require(HotCalls.barrierAbort(address()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Makes it as it was at first. */
  public void reset() {
    int status;
    do { // another process may be stopped where it arrives
      status = (int) -asParty(() -> -HotCalls.barrierReset(address()));
    } while (status == Status.WOULD_BLOCK);
    require(status);
  }

  private long asParty(LongSupplier call) {
    operation.lock();
    try {
      return gone ? -Status.CLOSED : call.getAsLong();
    } finally {
      operation.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Arrives, and waits for the others.
   *
   * @return how many came later
   */
  public int await(SharedHandle<BarrierCore> handle, Deadline deadline)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    long arrival = arrive(handle, deadline);
    int cycle = (int) (arrival >>> INDEX_BITS);
    int index = (int) arrival & INDEX_MASK;
    if (index > 0) {
      awaitOthers(cycle, handle, deadline);
    }
    return index;
  }

  private long arrive(SharedHandle<BarrierCore> handle, Deadline deadline)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    while (true) {
      breakIfInterrupted();
      long arrival = asParty(() -> HotCalls.barrierArrive(address()));
      if (arrival >= 0) {
        return arrival;
      }
      int status = (int) -arrival;
      if (status == Status.BROKEN) {
        throw broken();
      }
      if (status != Status.WOULD_BLOCK) {
        throw failure(status);
      }
      handle.requireOpen();
      if (deadline.remaining() <= 0) {
        abort();
        throw late();
      }
    }
  }

  private void breakIfInterrupted() throws InterruptedException, BrokenBarrierException {
    if (Thread.currentThread().isInterrupted()) {
      if (isBroken()) {
        throw broken();
      }
      boolean unused = Thread.interrupted();
      abort();
      throw new InterruptedException();
    }
  }

  private void awaitOthers(int cycle, SharedHandle<BarrierCore> handle, Deadline deadline)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    int status;
    try {
      Waiters.Attempt attempt = () -> HotCalls.barrierPassed(address(), cycle);
      status = waiters.await(attempt, Status.WOULD_BLOCK, handle, deadline);
    } catch (InterruptedException e) {
      if (giveUp(cycle)) {
        throw e;
      }
      Thread.currentThread().interrupt();
      return;
    } catch (ClosedObjectException e) {
      if (giveUp(cycle)) {
        throw e;
      }
      return;
    }
    if (status == Status.BROKEN) {
      throw broken();
    }
    if (status != Status.TIMED_OUT) {
      require(status);
    } else if (giveUp(cycle)) {
      throw late();
    }
  }

  /** False: too late, all have come. */
  private boolean giveUp(int cycle) {
    try {
      int status = HotCalls.barrierGiveUp(address(), cycle);
      if (status != Status.BROKEN) {
        require(status);
      }
      return status == Status.BROKEN;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private BrokenBarrierException broken() {
    return new BrokenBarrierException(label() + " is broken");
  }

  private TimeoutException late() {
    return new TimeoutException(label() + ": not all parties came in time");
  }
}
