package org.interlock.bench.rows;

import java.util.List;
import org.interlock.bench.calls.SemaphoreCalls;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.JmhSession;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PythonPeer;

/** Permits that nobody else wants. */
final class SemaphoreBench {
  private static final String C = "C sem_t";

  private SemaphoreBench() {}

  static List<Row> rows() {
    return List.of(
        row("semaphore", "ProcessSemaphore", "acquire + release", "processSemaphore"),
        row("permits", "PermitPool", "acquire + close of the permit", "permitPool"));
  }

  private static Row row(String name, String type, String title, String method) {
    Contender c = NativePeer.c(C, Judge.nanosPerCall(), "semaphore");
    return new Row(
        "semaphore",
        name,
        type + " " + title + ", uncontended",
        Unit.NANOSECONDS,
        List.of(
            JmhSession.nanos(type, SemaphoreCalls.class, method),
            LockBench.LONG_GET_TWICE,
            c,
            LockBench.PROCESS_LOCK,
            PythonPeer.python("Python Semaphore", Judge.nanosPerCall(), "semaphore")),
        List.of(Bar.atMost(type, 3.5, C), Bar.atMost(type, 2, LockBench.PROCESS_LOCK.name())));
  }
}
