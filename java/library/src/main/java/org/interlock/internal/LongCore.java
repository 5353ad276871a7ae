package org.interlock.internal;

import java.lang.ref.Reference;

/**
 * A shared 64-bit integer. Who calls looks afterwards whether its handle was closed meanwhile: then
 * the call may have met memory that is no longer shared.
 */
public final class LongCore extends SharedObject {
  /** Makes it. */
  public static final SharedObjects.Factory<LongCore> FACTORY =
      new SharedObjects.Factory<>(LongCore.class, LongCore::new);

  private LongCore(long address, ObjectInfo info) {
    super(address, info);
  }

  @Override
  protected int retireNative() {
    return retireNative(false); // a call that is too late meets a page of its own
  }

  /** Reads it. */
  public long get() {
    try {
      return HotCalls.longGet(address());
    } catch (StatusException e) {
      throw failure(e.status());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Writes it. */
  public void set(long value) {
    try {
      int status = HotCalls.longSet(address(), value);
      require(status);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Adds, and returns the sum. */
  public long addAndGet(long delta) {
    try {
      return HotCalls.longAdd(address(), delta);
    } catch (StatusException e) {
      throw failure(e.status());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Writes it if it is what is expected; whether it was. */
  public boolean compareAndSet(long expected, long value) {
    try {
      int status = HotCalls.longCompareAndSet(address(), expected, value);
      if (status != Status.OK && status != Status.WOULD_BLOCK) {
        throw failure(status);
      }
      return status == Status.OK;
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
