package org.interlock.internal;

import java.lang.ref.Reference;

/**
 * A POSIX semaphore. Of all threads of this JVM that wait for a permit one waits in the kernel (see
 * {@link Turns}); for a virtual thread a platform thread acquires, and hands over.
 */
public final class SemaphoreCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<SemaphoreCore> FACTORY =
      new SharedObjects.Factory<>(SemaphoreCore.class, SemaphoreCore::new);

  private final Turns turns = new Turns();

  private SemaphoreCore(long address, ObjectInfo info) {
    super(address, info);
  }

  @Override
  void promptAll() {
    super.promptAll();
    turns.promptAll();
  }

  /** Takes a permit, or not. */
  public boolean tryAcquire(SharedHandle<SemaphoreCore> handle) {
    return took(acquireNative(0), handle);
  }

  /** Waits for a permit until the deadline. */
  public boolean tryAcquire(SharedHandle<SemaphoreCore> handle, Deadline deadline)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return tryAcquire(handle)
        || (deadline.remaining() > 0
            && took(turns.waitTurn(this::acquireNative, handle, deadline, true), handle));
  }

  /** Waits for a permit; an interrupt is kept for later. */
  public void acquireUninterruptibly(SharedHandle<SemaphoreCore> handle) {
    try {
      boolean taken =
          tryAcquire(handle)
              || took(turns.waitTurn(this::acquireNative, handle, Deadline.FOREVER, false), handle);
      assert taken;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives permits back, or adds them. */
  public void release(int permits) {
    try {
      int status = HotCalls.semaphoreRelease(address(), permits);
      if (status == Status.INVALID) {
        throw Failures.maximumPermits();
      }
      require(status);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Permits that are there now. */
  public int value() {
    try {
      long value = valueOf(HotCalls.semaphoreValue(address()));
      return (int) value;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private int acquireNative(long nanos) {
    try {
      if (nanos <= 0) {
        return HotCalls.semaphoreTry(address());
      }
      return VirtualThreads.isVirtual(Thread.currentThread())
          ? (int) WaiterThreads.call(() -> HotCalls.semaphoreAcquire(address(), nanos))
          : HotCalls.semaphoreAcquire(address(), nanos);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** After an attempt. Closing gives nobody a permit. */
  private boolean took(int status, SharedHandle<SemaphoreCore> handle) {
    if (status == Status.WOULD_BLOCK || status == Status.TIMED_OUT) {
      return false;
    }
    require(status);
    if (handle.isClosed()) {
      release(1);
      handle.requireOpen();
    }
    return true;
  }
}
