package org.interlock.bench.rows;

import java.util.List;
import org.interlock.bench.calls.QueueCalls;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.JmhSession;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;

/** What a put and a take leave to the garbage collector. */
final class AllocationBench {
  private AllocationBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "allocation",
            "allocation",
            "allocated by put + take of a byte[64]",
            Unit.BYTES,
            List.of(
                JmhSession.allocated("ProcessQueue", QueueCalls.class, "putTake"),
                JmhSession.allocated("the array alone", QueueCalls.class, "newArray")),
            // The profiler counts what the JVM itself allocates, too.
            List.of(Bar.atMost("ProcessQueue", 1.01, "the array alone"))));
  }
}
