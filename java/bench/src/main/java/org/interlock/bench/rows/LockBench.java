package org.interlock.bench.rows;

import java.util.List;
import org.interlock.bench.calls.FileLockCalls;
import org.interlock.bench.calls.LockCalls;
import org.interlock.bench.calls.LongCalls;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.JmhSession;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PythonPeer;

/** A lock that nobody else wants. */
final class LockBench {
  static final Contender PROCESS_LOCK =
      JmhSession.nanos("ProcessLock", LockCalls.class, "processLock");

  /** No contender, but what is left to save. */
  static final Contender LONG_GET_TWICE =
      JmhSession.nanos("ProcessLong get, twice", LongCalls.class, "getTwice");

  private LockBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "lock",
            "lock",
            "lock + unlock, uncontended",
            Unit.NANOSECONDS,
            List.of(
                PROCESS_LOCK,
                LONG_GET_TWICE,
                NativePeer.c("C robust mutex", Judge.nanosPerCall(), "mutex"),
                NativePeer.boost("Boost named_mutex", Judge.nanosPerCall(), "mutex"),
                PythonPeer.python("Python Lock", Judge.nanosPerCall(), "lock"),
                JmhSession.nanos("FileLock", FileLockCalls.class, "lockRelease")),
            List.of(
                Bar.atMost("ProcessLock", 2.5, "C robust mutex"),
                Bar.atMost("ProcessLock", 1 / 3.0, "Python Lock"),
                Bar.atMost("ProcessLock", 1 / 40.0, "FileLock"))));
  }
}
