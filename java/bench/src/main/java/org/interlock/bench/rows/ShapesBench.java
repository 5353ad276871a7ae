package org.interlock.bench.rows;

import java.util.List;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.PythonPeer;

/** The queue with several on a side, with little room, and with items that are finished. */
final class ShapesBench {
  private static final String SINGLE = "ProcessQueue 1→1";

  private ShapesBench() {}

  static List<Row> rows() {
    return List.of(
        shape(2, 2),
        shape(4, 4),
        shape(1, 4),
        shape(4, 1),
        row("queue-capacity-4", "capacity 4", queue("ProcessQueue", 1, 1, 4), 0.25, 1, 1, 4),
        joinable());
  }

  private static Row shape(int producers, int consumers) {
    return row(
        "queue-" + producers + "-" + consumers,
        producers + "→" + consumers,
        queue("ProcessQueue", producers, consumers, Queues.CAPACITY),
        0.5,
        producers,
        consumers,
        0);
  }

  private static Row row(
      String name,
      String title,
      Contender ours,
      double ofSingle,
      int producers,
      int consumers,
      int pythonCapacity) {
    return new Row(
        "queue-shapes",
        name,
        title + ", byte[64]",
        Unit.PER_SECOND,
        List.of(
            ours,
            queue(SINGLE, 1, 1, Queues.CAPACITY),
            python("Python Queue", "Queue", producers, consumers, pythonCapacity)),
        List.of(
            Bar.atLeast(ours.name(), 10, "Python Queue"),
            Bar.atLeast(ours.name(), ofSingle, SINGLE)));
  }

  private static Row joinable() {
    return new Row(
        "queue-shapes",
        "queue-joinable",
        "1→1, byte[64], each item finished",
        Unit.PER_SECOND,
        List.of(
            Queues.singles(
                "JoinableQueue",
                Items.bytes(Queues.SIZE),
                1,
                1,
                () -> JoinableQueue.create(Codec.bytes(), Queues.CAPACITY)),
            queue(SINGLE, 1, 1, Queues.CAPACITY),
            python("Python JoinableQueue", "JoinableQueue", 1, 1, 0)),
        List.of(Bar.atLeast("JoinableQueue", 0.5, SINGLE)));
  }

  private static Contender queue(String name, int producers, int consumers, int capacity) {
    return Queues.singles(
        name,
        Items.bytes(Queues.SIZE),
        producers,
        consumers,
        () -> ProcessQueue.create(Codec.bytes(), capacity));
  }

  private static Contender python(
      String name, String kind, int producers, int consumers, int capacity) {
    return PythonPeer.python(
        name,
        Judge.transferInside(producers),
        "queue",
        kind,
        String.valueOf(producers),
        String.valueOf(consumers),
        String.valueOf(capacity));
  }
}
