package org.interlock.course.wrong;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessEvent;
import org.interlock.course.Bench;

/** An event remembers only that something was cooked, not how much. */
public final class KitchenEvent {
  private final ProcessEvent ready;

  public KitchenEvent(Bench bench) {
    ready = ProcessEvent.open(bench.name("ready"));
  }

  public void cook() {
    ready.set();
  }

  public boolean serve() throws InterruptedException {
    boolean served = ready.await(50, TimeUnit.MILLISECONDS);
    ready.clear();
    return served;
  }
}
