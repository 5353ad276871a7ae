package org.interlock.bench.rows;

import java.util.List;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PythonPeer;

/** Large items, which are copied into shared memory and out of it. */
final class LargeBench {
  /** As many as the C peer's ring has. */
  private static final int CAPACITY = 16;

  private static final String C = "C two memcpy";

  private LargeBench() {}

  static List<Row> rows() {
    return List.of(row("queue-64k", "64 KiB", 64 << 10), row("queue-1m", "1 MiB", 1 << 20));
  }

  private static Row row(String name, String title, int size) {
    return new Row(
        "queue-large",
        name,
        "1→1, items of " + title,
        Unit.GIGABYTES_PER_SECOND,
        List.of(
            Queues.large("ProcessQueue", size, () -> ProcessQueue.create(Codec.bytes(), CAPACITY)),
            NativePeer.c(
                C,
                Judge.gigabytes(Judge.transferInside(1), size),
                "memcpy-twice",
                String.valueOf(size)),
            NativePeer.c(
                "C pipe",
                Judge.gigabytes(Judge.transferInside(1), size),
                "pipe",
                String.valueOf(size)),
            PythonPeer.python(
                "Python Queue",
                Judge.gigabytes(Judge.transferInside(1), size),
                "queue",
                "Queue",
                "1",
                "1",
                String.valueOf(CAPACITY),
                String.valueOf(size))),
        List.of(Bar.atLeast("ProcessQueue", 0.5, C)));
  }
}
