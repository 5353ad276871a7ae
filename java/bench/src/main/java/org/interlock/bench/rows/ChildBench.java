package org.interlock.bench.rows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.interlock.ChildProcess;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.MissingPeer;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;
import org.interlock.bench.peers.PythonPeer;

/** From start to the first line of what the child is to do. */
final class ChildBench {
  private static final String COLD = "ChildProcess";
  private static final String SPARE = "ChildProcess, from a spare";

  private ChildBench() {}

  static List<Row> rows(Scale scale) {
    int children = scale.choose(10, 1);
    return List.of(
        new Row(
            "child",
            "child",
            "start of a child to its first line",
            Unit.MILLISECONDS,
            List.of(
                jvm(COLD, Judge.latenciesOfAll(), children, Way.COLD),
                jvm(SPARE, ChildBench::fromSpares, children, Way.SPARE),
                jvm("ProcessBuilder, a JVM", Judge.latenciesOfAll(), children, Way.BUILDER),
                python("spawn", children),
                python("forkserver", children),
                python("fork", children)),
            List.of(Bar.atMost(COLD, 1, "Python spawn"), Bar.atMost(SPARE, 1.5, "Python fork"))));
  }

  private static Contender jvm(String name, Judge judge, int children, Way way) {
    return new Contender(
        name,
        scale ->
            PartySession.exactly(
                judge,
                children,
                JvmParty.startParent(
                    new Starter(temporary(), way), "-Dinterlock.spares=" + way.spares)));
  }

  private static Contender python(String method, int children) {
    return new Contender(
        "Python " + method,
        scale ->
            PartySession.exactly(
                Judge.latenciesOfAll(), children, PythonPeer.start("child", method, temporary())));
  }

  private static String temporary() throws IOException {
    return Files.createTempFile("interlock-bench", ".started").toString();
  }

  private static Sample fromSpares(Order order, List<Outcome> outcomes)
      throws WrongResult, MissingPeer {
    if (outcomes.get(0).operations() < order.amount()) {
      throw new MissingPeer("not there: no child came from a spare (interlock.spares)");
    }
    return Judge.latenciesOfAll().judge(order, outcomes);
  }

  /** How a JVM comes about. */
  private enum Way {
    COLD(0),
    SPARE(1),
    BUILDER(0);

    private final int spares;

    Way(int spares) {
      this.spares = spares;
    }
  }

  /**
   * Starts children one after the other; each writes when its first line ran, and when its JVM
   * began. As from a spare only those count whose JVM was there before they were started.
   */
  private record Starter(String file, Way way) implements Role {
    /** For the next spare to be there. */
    private static final long REFILL = TimeUnit.MILLISECONDS.toNanos(700);

    /** What a time of birth may be wrong by. */
    private static final long TICKS = TimeUnit.MILLISECONDS.toNanos(30);

    @Override
    public Outcome round(Order order) throws Exception {
      Histogram latencies = Outcome.newHistogram();
      long begin = System.nanoTime();
      int wrong = 0;
      if (way == Way.SPARE) {
        // None is kept for a program that starts a single child.
        start();
        start();
      }
      for (int i = 0; i < order.amount(); i++) {
        if (way == Way.SPARE) {
          Order.pause(REFILL);
        }
        long started = System.nanoTime();
        start();
        String[] report = Files.readString(Path.of(file)).split(" ", -1);
        latencies.recordValue(Long.parseLong(report[0]) - started);
        if (way == Way.SPARE && Long.parseLong(report[1]) > started - TICKS) {
          wrong++;
        }
      }
      Files.delete(Path.of(file));
      return Outcome.of(begin, order.amount() - wrong, latencies.getTotalCount()).with(latencies);
    }

    private void start() throws IOException, InterruptedException {
      if (way == Way.BUILDER) {
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                file)
            .inheritIO()
            .start()
            .waitFor();
      } else {
        String path = file;
        ChildProcess.start(() -> report(path)).join();
      }
    }
  }

  private static void report(String path) throws IOException {
    long moment = System.nanoTime();
    long born = ProcFiles.startNanos(ProcessHandle.current().pid());
    Files.writeString(Path.of(path), moment + " " + born);
  }

  /** What ProcessBuilder starts. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      report(arguments[0]);
    }
  }
}
