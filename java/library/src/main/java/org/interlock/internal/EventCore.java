package org.interlock.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.interlock.internal.NativeStructs.Words;

/**
 * A flag to wait for. Who calls looks afterwards whether its handle was closed meanwhile: then the
 * call may have met memory that is no longer shared.
 */
public final class EventCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<EventCore> FACTORY =
      new SharedObjects.Factory<>(EventCore.class, EventCore::new);

  private static final int SET = 1;
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final Waiters waiters = newWaiters(Waiters.CHANGED);
  private final ByteBuffer memory;

  private EventCore(long address, ObjectInfo info) {
    super(address, info);
    memory = HotCalls.objectMemory(address);
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteBufferViewVarHandle(array, ByteOrder.nativeOrder());
  }

  /** Without a native call. Worth something if {@link #isMapped} afterwards. */
  private boolean isBitSet() {
    return ((int) INT.getVolatile(memory, Words.EVENT) & SET) != 0;
  }

  /** Whether what was read before came from the object: after closing there are zeros. */
  private boolean isMapped() {
    return (long) LONG.getVolatile(memory, Words.MAGIC) == Words.MAGIC_VALUE;
  }

  @Override
  protected int retireNative() {
    return retireNative(false); // a call that is too late meets a page of its own
  }

  /** Whether it is set. */
  public boolean isSet() {
    try {
      boolean set = isBitSet();
      return isMapped() ? set : valueOf(HotCalls.eventIsSet(address())) != 0;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Sets it, and lets all go who wait. */
  public void set() {
    try {
      // What this thread wrote comes before its look: whoever waits after this, and finds the event
      // set by another, is to see it.
      VarHandle.fullFence();
      if (!isBitSet() || !isMapped()) {
        require(HotCalls.eventSet(address()));
      }
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
