package org.interlock.bench.rows;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.interlock.ProcessEvent;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.MissingPeer;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;

/** Counts the system calls of a thread that only looks at an event and sets it again. */
final class SystemCallsBench {
  private static final int OPERATIONS = 100_000;

  /** What the JVM needs for itself in that time: a thread may be halted for a safepoint. */
  private static final int JVM = 20;

  private SystemCallsBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "event",
            "event-calls",
            "system calls of " + OPERATIONS + " × isSet and set of a set event",
            Unit.COUNT,
            List.of(new Contender("ProcessEvent", scale -> new Trace())),
            List.of(Bar.valueAtMost("ProcessEvent", JVM))));
  }

  private record Trace() implements Session {
    @Override
    public Sample round(Scale scale) throws Exception {
      Path log = Files.createTempFile("interlock-bench", ".strace");
      try {
        int status =
            new ProcessBuilder(
                    find("strace"),
                    "-f",
                    "-o",
                    log.toString(),
                    ProcessHandle.current().info().command().orElse("java"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Program.class.getName())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
          throw new MissingPeer("strace cannot trace here: it ended with " + status);
        }
        return Sample.of(between(Files.readAllLines(log)), Map.of());
      } finally {
        Files.delete(log);
      }
    }

    /** Calls of the thread that makes the marks, after the first and before the second. */
    private static int between(List<String> lines) throws WrongResult {
      List<String> marks = lines.stream().filter(line -> line.contains(Program.MARK)).toList();
      List<String> threads = marks.stream().map(Trace::thread).distinct().toList();
      if (threads.size() != 1 || marks.size() < 2) {
        throw new WrongResult("the marks of the traced program are not there");
      }
      List<String> own =
          lines.stream().filter(line -> thread(line).equals(threads.get(0))).toList();
      int first = own.indexOf(marks.get(0));
      while (own.get(first + 1).contains(Program.MARK)) {
        first++;
      }
      int second = first + 1;
      while (!own.get(second).contains(Program.MARK)) {
        second++;
      }
      return second - first - 1;
    }

    private static String thread(String line) {
      return line.substring(0, Math.max(0, line.indexOf(' ')));
    }

    private static String find(String program) throws MissingPeer {
      Optional<Path> found =
          Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
              .map(directory -> Path.of(directory, program))
              .filter(Files::isExecutable)
              .findFirst();
      return found.orElseThrow(() -> new MissingPeer("there is no " + program)).toString();
    }
  }

  /** What is traced. */
  static final class Program {
    static final String MARK = "/interlock-bench-mark";

    private Program() {}

    public static void main(String[] arguments) throws IOException {
      try (ProcessEvent event = ProcessEvent.create()) {
        event.set();
        boolean set = use(event);
        Files.exists(Path.of(MARK));
        set &= use(event);
        Files.exists(Path.of(MARK));
        if (!set) {
          throw new IOException("the event is not set");
        }
      }
    }

    private static boolean use(ProcessEvent event) {
      boolean set = true;
      for (int i = 0; i < OPERATIONS; i++) {
        set &= event.isSet();
        event.set();
      }
      return set;
    }
  }
}
