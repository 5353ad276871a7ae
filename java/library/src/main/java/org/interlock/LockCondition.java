package org.interlock;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.interlock.internal.ConditionCore;
import org.interlock.internal.Deadline;

/** A condition of a {@link ProcessLock}. */
class LockCondition implements Condition {
  private final transient ProcessLock lock;
  private final transient ConditionCore core;

  LockCondition(ProcessLock lock, ConditionCore core) {
    this.lock = lock;
    this.core = core;
  }

  final ProcessLock lock() {
    return lock;
  }

  @Override
  public final void await() throws InterruptedException {
    boolean signalled = core.await(Deadline.FOREVER, true);
    assert signalled;
  }

  @Override
  public final void awaitUninterruptibly() {
    try {
      boolean signalled = core.await(Deadline.FOREVER, false);
      assert signalled;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public final long awaitNanos(long nanos) throws InterruptedException {
    Deadline deadline = Deadline.after(nanos, TimeUnit.NANOSECONDS);
    boolean signalled = core.await(deadline, true);
    return signalled ? deadline.remaining() : Math.min(deadline.remaining(), 0);
  }

  @Override
  public final boolean await(long time, TimeUnit unit) throws InterruptedException {
    return core.await(Deadline.after(time, unit), true);
  }

  @Override
  public final boolean awaitUntil(Date deadline) throws InterruptedException {
    return core.await(Deadline.at(deadline), true);
  }

  @Override
  public final void signal() {
    core.signal(false);
  }

  @Override
  public final void signalAll() {
    core.signal(true);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof LockCondition that && core.isSame(that.core);
  }

  @Override
  public final int hashCode() {
    return core.identityHash();
  }

  @Override
  public String toString() {
    return "Condition[of " + lock + "]";
  }
}
