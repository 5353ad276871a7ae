package org.interlock.bench.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.interlock.PosixException;
import org.interlock.ProcessLong;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.MissingPeer;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** Many named objects in one process. */
final class ObjectsBench {
  private static final String OUT_OF_DESCRIPTORS = "EMFILE";

  private ObjectsBench() {}

  static List<Row> rows(Scale scale) {
    List<Integer> counts = scale.quick() ? List.of(100, 200, 400) : List.of(2500, 5000, 10_000);
    List<Contender> contenders = counts.stream().map(ObjectsBench::contender).toList();
    String fewest = contenders.get(0).name();
    String most = contenders.get(contenders.size() - 1).name();
    return List.of(
        new Row(
            "many",
            "objects",
            "named objects in one process: open and close, each",
            Unit.MICROSECONDS,
            contenders,
            List.of(
                Bar.atMost(most, 1.5, fewest),
                Bar.atMost(most, 1.5, fewest).of(Opener.SHARED),
                Bar.atMost(most, 1.5, fewest).of(Opener.PRIVATE))));
  }

  private static Contender contender(int count) {
    return new Contender(count + " objects", scale -> new FreshJvm(count));
  }

  /** A JVM for each round: in a second round the memory of the first would be there. */
  private record FreshJvm(int count) implements Session {
    @Override
    public Sample round(Scale scale) throws Exception {
      JvmParty party = JvmParty.start(new Opener("bench-objects-" + System.nanoTime() + "-"));
      try {
        party.order(new Order(count, System.nanoTime()));
        return judge(count, party.outcome());
      } finally {
        party.close();
      }
    }
  }

  private static Sample judge(int count, Outcome outcome) throws WrongResult, MissingPeer {
    if (outcome.operations() == 0) {
      throw new MissingPeer("more open files than the limit allows (ulimit -n)");
    }
    WrongResult.unless("objects", count, outcome.operations());
    WrongResult.unless("checksum", (long) count * (count - 1) / 2, outcome.checksum());
    return Sample.of(
        (outcome.end() - outcome.start()) / 1e3 / count,
        Map.of(
            Opener.SHARED, (double) outcome.extras()[0] / count,
            Opener.PRIVATE, (double) outcome.extras()[1] / count));
  }

  /** Opens so many, each with its number in it, reads all, closes and unlinks them. */
  private record Opener(String prefix) implements Role {
    static final String SHARED = "KiB shared each";
    static final String PRIVATE = "KiB private each";

    @Override
    public Outcome round(Order order) throws Exception {
      long self = ProcessHandle.current().pid();
      List<ProcessLong> objects = new ArrayList<>();
      long shared = ProcFiles.number(self, "status", "RssShmem");
      long own = ProcFiles.number(self, "status", "RssAnon");
      long start = System.nanoTime();
      try {
        IntStream.range(0, (int) order.amount())
            .forEach(i -> objects.add(ProcessLong.open(prefix + i, i)));
        long opened = System.nanoTime();
        shared = ProcFiles.number(self, "status", "RssShmem") - shared;
        own = ProcFiles.number(self, "status", "RssAnon") - own;
        start += System.nanoTime() - opened;
        long sum = objects.stream().mapToLong(ProcessLong::get).sum();
        return new Outcome(
            start, closeAll(objects), order.amount(), sum, new long[] {shared, own}, null);
      } catch (PosixException e) {
        closeAll(objects);
        if (e.errnoName().equals(OUT_OF_DESCRIPTORS)) {
          return Outcome.of(start, 0, 0);
        }
        throw e;
      }
    }

    private static long closeAll(List<ProcessLong> objects) {
      objects.forEach(ProcessLong::unlink);
      objects.forEach(ProcessLong::close);
      return System.nanoTime();
    }
  }
}
