package org.interlock.bench.rows;

import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.ProcFiles;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** What stands between a parent and its daemon child. */
final class GuardianBench {
  private GuardianBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "child",
            "guardian",
            "private memory of a daemon child's guardian",
            Unit.KIBIBYTES,
            List.of(new Contender("guardian", scale -> new Look())),
            List.of(Bar.valueAtMost("guardian", 256))));
  }

  private record Look() implements Session {
    @Override
    public Sample round(Scale scale) throws Exception {
      ChildProcess child = ChildProcess.command("sleep", "60").daemon(true).start();
      long guardian = ProcFiles.parentOf(child.pid());
      if (guardian == ProcessHandle.current().pid()) {
        throw new WrongResult("the daemon child has no guardian");
      }
      double kibibytes = ProcFiles.privateKibibytes(guardian);
      child.kill();
      child.join();
      return Sample.of(kibibytes);
    }
  }
}
