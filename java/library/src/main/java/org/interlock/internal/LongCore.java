package org.interlock.internal;

import java.lang.ref.Reference;
import org.interlock.internal.SharedObjects.Factory;

/** A shared 64-bit integer. */
public final class LongCore extends SharedObject {
  /** Makes it. */
  public static final Factory<LongCore> FACTORY = new Factory<>(LongCore.class, LongCore::new);

  private LongCore(long address, ObjectInfo info) {
    super(address, info);
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
    int status = HotCalls.longSet(address(), value);
    Reference.reachabilityFence(this);
    if (status != Status.OK) {
      throw failure(status);
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
    int status = HotCalls.longCompareAndSet(address(), expected, value);
    Reference.reachabilityFence(this);
    if (status != Status.OK && status != Status.WOULD_BLOCK) {
      throw failure(status);
    }
    return status == Status.OK;
  }
}
