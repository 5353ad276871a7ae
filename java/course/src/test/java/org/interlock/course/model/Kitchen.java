package org.interlock.course.model;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** A semaphore that begins at nothing counts what is ready. */
public final class Kitchen {
  private final ProcessSemaphore ready;

  public Kitchen(Bench bench) {
    ready = ProcessSemaphore.open(bench.name("ready"), 0);
  }

  public void cook() {
    ready.release();
  }

  public boolean serve() throws InterruptedException {
    return ready.tryAcquire(50, TimeUnit.MILLISECONDS);
  }
}
