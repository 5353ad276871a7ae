package org.interlock.course.wrong;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** Serves a dish that nobody cooked. */
public final class KitchenBeginsAtOne {
  private final ProcessSemaphore ready;

  public KitchenBeginsAtOne(Bench bench) {
    ready = ProcessSemaphore.open(bench.name("ready"), 1);
  }

  public void cook() {
    ready.release();
  }

  public boolean serve() throws InterruptedException {
    return ready.tryAcquire(50, TimeUnit.MILLISECONDS);
  }
}
