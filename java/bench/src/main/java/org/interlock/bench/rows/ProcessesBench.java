package org.interlock.bench.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.Codec;
import org.interlock.ProcessEvent;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** Many processes on one queue. */
final class ProcessesBench {
  private static final String MEMORY = "MiB private each";

  private ProcessesBench() {}

  static List<Row> rows(Scale scale) {
    List<Integer> counts = scale.quick() ? List.of(2, 4, 8) : List.of(16, 32, 64);
    List<Contender> contenders =
        counts.stream()
            .map(count -> new Contender(count + " processes", ignored -> new Crowd(count)))
            .toList();
    String fewest = contenders.get(0).name();
    String most = contenders.get(contenders.size() - 1).name();
    return List.of(
        new Row(
            "many",
            "processes",
            "processes that start and put "
                + scale.choose(Crowd.ITEMS, Crowd.FEW)
                + " items each on one queue: time for each process",
            Unit.MILLISECONDS,
            contenders,
            List.of(Bar.atMost(most, 1.5, fewest), Bar.atMost(most, 1.5, fewest).of(MEMORY))));
  }

  private record Crowd(int processes) implements Session {
    static final int ITEMS = 10_000;
    static final int FEW = 500;
    private static final long PATIENCE = 120;

    @Override
    public Sample round(Scale scale) throws Exception {
      int each = scale.choose(ITEMS, FEW);
      try (ProcessQueue<byte[]> queue = ProcessQueue.create(Codec.bytes(), Queues.CAPACITY);
          ProcessEvent leave = ProcessEvent.create()) {
        long start = System.nanoTime();
        List<ChildProcess> children = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
          long first = (long) i * each;
          children.add(ChildProcess.startDaemon(() -> put(queue, leave, first, each)));
        }
        takeAll(queue, (long) processes * each);
        long nanos = System.nanoTime() - start;
        long kibibytes = 0;
        for (ChildProcess child : children) {
          kibibytes += ProcFiles.privateKibibytes(child.pid());
        }
        leave.set();
        for (ChildProcess child : children) {
          child.join();
          WrongResult.unless("exit code", 0, child.exitCode().orElse(-1));
        }
        return Sample.of(nanos / 1e6 / processes, Map.of(MEMORY, kibibytes / 1024.0 / processes));
      }
    }

    private static void put(ProcessQueue<byte[]> queue, ProcessEvent leave, long first, int each)
        throws InterruptedException {
      Items<byte[]> items = Items.bytes(Queues.SIZE);
      for (int i = 0; i < each; i++) {
        queue.put(items.make(first + i));
      }
      leave.await();
    }

    private static void takeAll(ProcessQueue<byte[]> queue, long count)
        throws InterruptedException, WrongResult {
      Items<byte[]> items = Items.bytes(Queues.SIZE);
      long sum = 0;
      for (long i = 0; i < count; i++) {
        byte[] item = queue.poll(PATIENCE, TimeUnit.SECONDS);
        if (item == null) {
          throw new WrongResult("only " + i + " of " + count + " items arrive");
        }
        sum += items.numberOf(item);
      }
      WrongResult.unless("checksum", count * (count - 1) / 2, sum);
      WrongResult.unless("items left", 0, queue.size());
    }
  }
}
