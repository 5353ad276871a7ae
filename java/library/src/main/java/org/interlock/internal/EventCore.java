package org.interlock.internal;

import java.lang.ref.Reference;

/**
 * A flag to wait for. Who calls looks afterwards whether its handle was closed meanwhile: then the
 * call may have met memory that is no longer shared.
 */
public final class EventCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<EventCore> FACTORY =
      new SharedObjects.Factory<>(EventCore.class, EventCore::new);

  private final Waiters waiters = newWaiters(Waiters.CHANGED);

  private EventCore(long address, ObjectInfo info) {
    super(address, info);
  }

  @Override
  protected int retireNative() {
    return retireNative(false); // a call that is too late meets a page of its own
  }

  /** Whether it is set. */
  public boolean isSet() {
    try {
      return valueOf(HotCalls.eventIsSet(address())) != 0;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Sets it, and lets all go who wait. */
  public void set() {
    try {
      require(HotCalls.eventSet(address()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Unsets it. */
  public void clear() {
    try {
      require(HotCalls.eventClear(address()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits until it is set, or was set since this was called.
   *
   * @return false: the deadline came first
   */
  public boolean await(SharedHandle<EventCore> handle, Deadline deadline)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      int start = (int) valueOf(HotCalls.eventStartWaiting(address()));
      Waiters.Attempt attempt = () -> HotCalls.eventPassed(address(), start);
      int status = attempt.run();
      if (Status.isBlocked(status)) {
        status = waiters.await(attempt, status, handle, deadline);
      }
      if (status != Status.TIMED_OUT) {
        require(status);
      }
      return status == Status.OK;
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
