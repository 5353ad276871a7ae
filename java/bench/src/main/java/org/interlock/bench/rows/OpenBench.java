package org.interlock.bench.rows;

import java.util.List;
import org.interlock.bench.calls.OpenCalls;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.JmhSession;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;

/** A name that exists, opened and closed. */
final class OpenBench {
  private OpenBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "open-close",
            "open-close",
            "open + close of a named lock",
            Unit.NANOSECONDS,
            List.of(
                JmhSession.nanos("ProcessLock", OpenCalls.class, "processLock"),
                NativePeer.c("C sem_open", Judge.nanosPerCall(), "semaphore-open-close")),
            List.of(Bar.atMost("ProcessLock", 3, "C sem_open"))));
  }
}
