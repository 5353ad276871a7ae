package org.interlock.bench.calls;

import org.interlock.PermitPool;
import org.interlock.ProcessSemaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A permit taken and given back, nobody else wants it. */
@State(Scope.Thread)
public class SemaphoreCalls {
  private ProcessSemaphore semaphore;
  private PermitPool pool;

  @Setup
  public void open() {
    semaphore = ProcessSemaphore.create(1);
    pool = PermitPool.create(1);
  }

  @TearDown
  public void check() {
    if (semaphore.availablePermits() != 1 || pool.availablePermits() != 1) {
      throw new IllegalStateException("permits are lost");
    }
    semaphore.close();
    pool.close();
  }

  @Benchmark
  public void processSemaphore() throws InterruptedException {
    semaphore.acquire();
    semaphore.release();
  }

  @Benchmark
  public void permitPool() throws InterruptedException {
    pool.acquire().close();
  }
}
