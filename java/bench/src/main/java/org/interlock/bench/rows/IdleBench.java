package org.interlock.bench.rows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** A process that waits for an item that does not come. */
final class IdleBench {
  private IdleBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "idle",
            "idle",
            "processor time of a JVM that waits, of one core",
            Unit.PERCENT,
            List.of(
                new Contender("blocked in take", scale -> new Watch(true)),
                new Contender("a JVM that sleeps", scale -> new Watch(false))),
            List.of(Bar.valueAtMost("blocked in take", 0.5))));
  }

  private static final class Watch implements Session {
    private final ProcessQueue<Long> queue = ProcessQueue.create(Codec.longs(), 1);
    private final boolean taking;
    private final JvmParty party;

    Watch(boolean taking) {
      this.taking = taking;
      party = JvmParty.start(taking ? new Taker(queue) : new Sleeper());
    }

    @Override
    public Sample round(Scale scale) throws Exception {
      long watched = TimeUnit.MILLISECONDS.toNanos(scale.choose(5000, 300));
      long settling = TimeUnit.MILLISECONDS.toNanos(scale.choose(1500, 200));
      party.order(new Order(settling + watched, System.nanoTime()));
      Order.pause(settling);
      long before = ProcFiles.processorNanos(party.pid());
      long start = System.nanoTime();
      Order.pause(watched);
      long used = ProcFiles.processorNanos(party.pid()) - before;
      double elapsed = System.nanoTime() - start;
      if (taking) {
        queue.put(used);
      }
      Outcome outcome = party.outcome();
      WrongResult.unless("what it took", taking ? used : 0, outcome.checksum());
      return Sample.of(100 * used / elapsed, Map.of());
    }

    @Override
    public void close() throws Exception {
      party.close();
      queue.close();
    }
  }

  private record Taker(ProcessQueue<Long> queue) implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      return Outcome.of(order.start(), 1, queue.take());
    }
  }

  private record Sleeper() implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      Order.pause(order.amount());
      return Outcome.of(order.start(), 1, 0);
    }
  }
}
