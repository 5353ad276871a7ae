package org.interlock.bench.calls;

import org.interlock.ProcessLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Lock and unlock, nobody else wants it. */
@State(Scope.Thread)
public class LockCalls {
  private ProcessLock lock;
  private long count;

  @Setup
  public void open() {
    lock = ProcessLock.create();
  }

  @TearDown
  public void check() {
    if (count == 0 || lock.isLocked()) {
      throw new IllegalStateException("the lock is left locked");
    }
    lock.close();
  }

  @Benchmark
  public void processLock() {
    lock.lock();
    try {
      count++;
    } finally {
      lock.unlock();
    }
  }
}
