package org.interlock.course.wrong;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** What a worker has taken dies with it. */
public final class SafeOrdersPlainQueue {
  private final Bench bench;
  private final ProcessQueue<String> orders;

  public SafeOrdersPlainQueue(Bench bench) {
    this.bench = bench;
    orders = ProcessQueue.open(bench.name("orders"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  public void order(String what) throws InterruptedException {
    orders.put(what);
  }

  public boolean work() throws InterruptedException {
    String order = orders.poll(100, TimeUnit.MILLISECONDS);
    if (order == null) {
      return false;
    }
    try {
      bench.handle(order);
      return true;
    } catch (IOException failed) {
      return false;
    }
  }
}
