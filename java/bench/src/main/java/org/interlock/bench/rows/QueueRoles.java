package org.interlock.bench.rows;

import org.interlock.JoinableQueue;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.Role;

/** Both sides of a queue. */
final class QueueRoles {
  private QueueRoles() {}

  /**
   * Puts items one by one. The producer that is done last puts an end mark for each consumer:
   * behind all items, as the others' are all in by then.
   *
   * @param done how many producers were done, in all rounds
   */
  record Producer<E>(
      ProcessQueue<E> queue, Items<E> items, ProcessLong done, int producers, int consumers)
      implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        queue.put(items.make(i));
        sum += i;
      }
      finish();
      return Outcome.of(start, order.amount(), sum);
    }

    private void finish() throws InterruptedException {
      if (done.addAndGet(1) % producers == 0) {
        for (int i = 0; i < consumers; i++) {
          queue.put(items.end());
        }
      }
    }
  }

  /** Takes items until the end mark; of a joinable queue, each is done at once. */
  record Consumer<E>(ProcessQueue<E> queue, Items<E> items) implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      return queue instanceof JoinableQueue<E> joinable ? joining(joinable, order) : taking(order);
    }

    private Outcome taking(Order order) throws InterruptedException {
      long count = 0;
      long sum = 0;
      for (E item = queue.take(); !items.isEnd(item); item = queue.take()) {
        sum += items.numberOf(item);
        count++;
      }
      return Outcome.of(order.start(), count, sum);
    }

    private Outcome joining(JoinableQueue<E> joinable, Order order) throws InterruptedException {
      long count = 0;
      long sum = 0;
      for (E item = joinable.take(); !items.isEnd(item); item = joinable.take()) {
        sum += items.numberOf(item);
        count++;
        joinable.taskDone();
      }
      joinable.taskDone();
      return Outcome.of(order.start(), count, sum);
    }
  }
}
