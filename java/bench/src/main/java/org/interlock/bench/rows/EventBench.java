package org.interlock.bench.rows;

import java.util.List;
import org.interlock.bench.calls.EventCalls;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.JmhSession;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PythonPeer;

/** An event that is set already. */
final class EventBench {
  private static final String READ = "volatile read";

  private EventBench() {}

  static List<Row> rows() {
    return List.of(
        row("event-is-set", "isSet", "isSet", "event-is-set"),
        row("event-set", "set of a set event", "set", "event-set"));
  }

  private static Row row(String name, String title, String method, String python) {
    return new Row(
        "event",
        name,
        "ProcessEvent " + title,
        Unit.NANOSECONDS,
        List.of(
            JmhSession.nanos("ProcessEvent", EventCalls.class, method),
            JmhSession.nanos(READ, EventCalls.class, "volatileRead"),
            NativePeer.c("C volatile read", Judge.nanosPerCall(), "volatile-read"),
            PythonPeer.python("Python Event", Judge.nanosPerCall(), python)),
        List.of(Bar.atMost("ProcessEvent", 10, READ)));
  }
}
