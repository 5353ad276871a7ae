package org.interlock.course.wrong;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** Done also when handling failed: the order is gone. */
public final class OrdersDoneInFinally {
  private final Bench bench;
  private final JoinableQueue<String> orders;

  public OrdersDoneInFinally(Bench bench) {
    this.bench = bench;
    orders = JoinableQueue.open(bench.name("orders"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  public void order(String what) throws InterruptedException {
    orders.put(what);
  }

  public boolean work() throws InterruptedException {
    Optional<Delivery<String>> next = orders.receive(100, TimeUnit.MILLISECONDS);
    if (next.isEmpty()) {
      return false;
    }
    try (Delivery<String> delivery = next.get()) {
      try {
        bench.handle(delivery.item());
        return true;
      } finally {
        delivery.done();
      }
    } catch (IOException failed) {
      return false;
    }
  }
}
