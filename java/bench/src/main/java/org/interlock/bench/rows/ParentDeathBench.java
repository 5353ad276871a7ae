package org.interlock.bench.rows;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.interlock.ChildProcess;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/**
 * From the SIGKILL of a parent to the end of its daemon child; and to its own end, for until then
 * the kernel tells nobody of it.
 */
final class ParentDeathBench {
  private static final String JVM = "daemon child, a JVM";
  private static final String COMMAND = "daemon child, sleep";
  private static final String PARENT = "the parent itself, a JVM";

  /** What its daemon child is, and whose end is waited for. */
  private enum Kind {
    JVM_CHILD,
    COMMAND_CHILD,
    PARENT_ITSELF
  }

  private ParentDeathBench() {}

  static List<Row> rows(Scale scale) {
    int deaths = scale.choose(4, 1);
    return List.of(
        new Row(
            "parent-killed",
            "parent-killed",
            "daemon child gone after its parent is killed",
            Unit.MILLISECONDS,
            List.of(
                new Contender(JVM, ignored -> new Deaths(deaths, Kind.JVM_CHILD)),
                new Contender(COMMAND, ignored -> new Deaths(deaths, Kind.COMMAND_CHILD)),
                new Contender(PARENT, ignored -> new Deaths(deaths, Kind.PARENT_ITSELF))),
            List.of(Bar.valueAtMost(JVM, 20), Bar.valueAtMost(COMMAND, 20))));
  }

  private record Deaths(int count, Kind kind) implements Session {
    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    @Override
    public Sample round(Scale scale) throws Exception {
      Histogram latencies = Outcome.newHistogram();
      for (int i = 0; i < count; i++) {
        latencies.recordValue(death());
      }
      return Judge.medianMillis(latencies);
    }

    private long death() throws Exception {
      try (ProcessQueue<Long> pids = ProcessQueue.create(Codec.longs(), 2)) {
        boolean jvm = kind == Kind.JVM_CHILD;
        ChildProcess parent = ChildProcess.start(() -> startDaemon(jvm, pids));
        long child =
            Optional.ofNullable(pids.poll(30, TimeUnit.SECONDS))
                .orElseThrow(() -> new WrongResult("the daemon child did not start"));
        if (ProcFiles.isGone(child)) {
          throw new WrongResult("the daemon child is gone before its parent");
        }
        long killed = System.nanoTime();
        parent.kill();
        long latency = nanosUntilGone(kind == Kind.PARENT_ITSELF ? parent.pid() : child, killed);
        nanosUntilGone(child, killed);
        parent.join();
        return latency;
      }
    }

    private static long nanosUntilGone(long pid, long killed) throws Exception {
      while (!ProcFiles.isGone(pid)) {
        if (System.nanoTime() - killed > PATIENCE) {
          throw new WrongResult("process " + pid + " survives the death of the parent");
        }
        Order.pause(LOOK);
      }
      return System.nanoTime() - killed;
    }

    private static void startDaemon(boolean jvm, ProcessQueue<Long> pids)
        throws InterruptedException {
      if (jvm) {
        ChildProcess.startDaemon(
            () -> {
              pids.put(ProcessHandle.current().pid());
              Order.pause(TimeUnit.MINUTES.toNanos(2));
            });
      } else {
        pids.put(ChildProcess.command("sleep", "120").daemon(true).start().pid());
      }
      Order.pause(TimeUnit.MINUTES.toNanos(1));
    }
  }
}
