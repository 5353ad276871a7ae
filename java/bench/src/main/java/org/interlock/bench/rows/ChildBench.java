package org.interlock.bench.rows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.interlock.ChildProcess;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;
import org.interlock.bench.peers.PythonPeer;

/** From start to the first line of what the child is to do. */
final class ChildBench {
  private ChildBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "child",
            "child",
            "start of a child to its first line",
            Unit.MILLISECONDS,
            List.of(
                new Contender(
                    "ChildProcess",
                    scale ->
                        PartySession.exactly(
                            millis(),
                            scale.choose(20, 2),
                            JvmParty.startParent(
                                new Starter(temporary()), "-Dinterlock.spares=0"))),
                python("spawn"),
                python("forkserver"),
                python("fork")),
            List.of(Bar.atMost("ChildProcess", 1, "Python spawn"))));
  }

  private static Contender python(String method) {
    return new Contender(
        "Python " + method,
        scale ->
            PartySession.exactly(
                millis(), scale.choose(20, 2), PythonPeer.start("child", method, temporary())));
  }

  private static String temporary() throws java.io.IOException {
    return Files.createTempFile("interlock-bench", ".started").toString();
  }

  private static Judge millis() {
    return (order, outcomes) -> {
      Outcome only = outcomes.get(0);
      WrongResult.unless("children", order.amount(), only.checksum());
      Histogram latencies = only.latencies();
      return new org.interlock.bench.harness.Sample(
          latencies.getValueAtPercentile(50) / 1e6, java.util.Map.of(), latencies);
    };
  }

  /** Starts children one after the other; each writes when its first line ran. */
  record Starter(String file) implements Role {
    @Override
    public Outcome round(Order order) throws Exception {
      Histogram latencies = Outcome.newHistogram();
      String path = file;
      long begin = System.nanoTime();
      for (int i = 0; i < order.amount(); i++) {
        long started = System.nanoTime();
        ChildProcess child = ChildProcess.start(() -> report(path));
        child.join();
        latencies.recordValue(Long.parseLong(Files.readString(Path.of(path))) - started);
      }
      return Outcome.of(begin, order.amount(), latencies.getTotalCount()).with(latencies);
    }

    static void report(String path) throws java.io.IOException {
      long moment = System.nanoTime();
      Files.writeString(Path.of(path), Long.toString(moment));
    }
  }
}
