package org.interlock.bench.rows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.interlock.ChildProcess;
import org.interlock.PosixException;
import org.interlock.ProcessLong;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** A process that may open few files opens objects until it may not. */
final class DescriptorsBench {
  private static final String NAMED = "the error names ulimit -n";

  private DescriptorsBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "many",
            "descriptors",
            "objects until the limit of 256 open files",
            Unit.COUNT,
            List.of(new Contender("ProcessLong", scale -> new Try())),
            List.of(Bar.factAtLeast("ProcessLong", NAMED, 1))));
  }

  private record Try() implements Session {
    @Override
    public Sample round(Scale scale) throws Exception {
      Path report = Files.createTempFile("interlock-bench", ".descriptors");
      ChildProcess child =
          ChildProcess.command(
                  "sh",
                  "-c",
                  "ulimit -n 256; exec \"$@\"",
                  "sh",
                  ProcessHandle.current().info().command().orElse("java"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Program.class.getName())
              .redirectOutput(report)
              .start();
      child.join();
      List<String> lines = Files.readAllLines(report);
      Files.delete(report);
      if (child.exitCode().orElse(-1) != 0 || lines.size() != 2) {
        throw new WrongResult("the process ended with " + child.exitCode());
      }
      return Sample.of(
          Double.parseDouble(lines.get(0)),
          Map.of(NAMED, lines.get(1).contains("ulimit -n") ? 1.0 : 0.0));
    }
  }

  /** What the process with few descriptors does: prints how many objects it got, and the error. */
  static final class Program {
    private static final int FEW = 10;

    private Program() {}

    public static void main(String[] arguments) throws IOException {
      List<ProcessLong> objects = new ArrayList<>();
      try {
        while (objects.size() < 10_000) {
          objects.add(ProcessLong.create(0));
        }
        throw new IOException("there was no limit");
      } catch (PosixException limit) {
        int got = objects.size();
        // The error has harmed nothing: with descriptors given back it goes on.
        objects.subList(0, FEW).forEach(ProcessLong::close);
        objects.add(ProcessLong.create(1));
        System.out.println(got);
        System.out.println(String.valueOf(limit.getMessage()).replace('\n', ' '));
      }
    }
  }
}
