package org.interlock.bench.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;

/** Many items with one call. */
final class BatchBench {
  private static final int BATCH = 100;
  private static final String SINGLES = "put and take";

  private BatchBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "queue-batches",
            "queue-batches",
            "1→1, byte[64], batches of " + BATCH,
            Unit.PER_SECOND,
            List.of(
                new Contender(
                    "offerAll and drainTo",
                    scale -> {
                      ProcessQueue<byte[]> queue = queue();
                      return new Queues.Closing(
                          Queues.transfer(
                              Judge.transfer(1), List.of(new Producer(queue), new Consumer(queue))),
                          queue);
                    }),
                Queues.singles(SINGLES, Items.bytes(Queues.SIZE), 1, 1, BatchBench::queue)),
            List.of(Bar.atLeast("offerAll and drainTo", 2, SINGLES))));
  }

  private static ProcessQueue<byte[]> queue() {
    return ProcessQueue.create(Codec.bytes(), Queues.CAPACITY);
  }

  private record Producer(ProcessQueue<byte[]> queue) implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      List<Items<byte[]>> makers = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        makers.add(Items.bytes(Queues.SIZE));
      }
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long next = 0; next < order.amount(); ) {
        List<byte[]> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH && next < order.amount(); i++) {
          batch.add(makers.get(i).make(next));
          sum += next++;
        }
        if (queue.offerAll(batch, Long.MAX_VALUE, TimeUnit.NANOSECONDS) != batch.size()) {
          throw new IllegalStateException("not all went in");
        }
      }
      return Outcome.of(start, order.amount(), sum);
    }
  }

  private record Consumer(ProcessQueue<byte[]> queue) implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      Items<byte[]> items = Items.bytes(Queues.SIZE);
      List<byte[]> batch = new ArrayList<>(BATCH);
      long count = 0;
      long sum = 0;
      while (count < order.amount()) {
        batch.clear();
        batch.add(queue.take());
        queue.drainTo(batch, BATCH - 1);
        for (byte[] item : batch) {
          sum += items.numberOf(item);
        }
        count += batch.size();
      }
      return Outcome.of(order.start(), count, sum);
    }
  }
}
