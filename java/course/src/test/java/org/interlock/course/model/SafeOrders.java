package org.interlock.course.model;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** What a killed worker had not finished comes again. */
public final class SafeOrders {
  private final Bench bench;
  private final JoinableQueue<String> orders;

  public SafeOrders(Bench bench) {
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
      bench.handle(delivery.item());
      delivery.done();
      return true;
    } catch (IOException failed) {
      return false;
    }
  }
}
