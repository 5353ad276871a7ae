package org.interlock.bench.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What /proc knows of a process. */
public final class ProcFiles {
  private static final int FIELDS_FROM_STATE_TO_START = 19;

  /** USER_HZ is 100 on all architectures that there is a JDK for. */
  private static final long NANOS_OF_A_TICK = 10_000_000;

  private ProcFiles() {}

  /** The time that all its threads have had on a processor. */
  public static long processorNanos(long pid) throws IOException {
    long sum = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.toList()) {
        try {
          sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
        } catch (NoSuchFileException endedMeanwhile) {
          // it has had its time, and is no more asked for
        }
      }
    }
    return sum;
  }

  /** Whether nothing is left of it but what its parent has not yet asked for. */
  public static boolean isGone(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException noSuchProcess) {
      return true;
    }
  }

  /**
   * When it was started, as {@link System#nanoTime} would have said, to some hundredths of a
   * second.
   */
  public static long startNanos(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long start = Long.parseLong(fields[FIELDS_FROM_STATE_TO_START]) * NANOS_OF_A_TICK;
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
    return System.nanoTime() - (Math.round(Double.parseDouble(uptime) * 1e9) - start);
  }

  public static long parentOf(long pid) throws IOException {
    return number(pid, "status", "PPid");
  }

  /** Memory that no other process has, in KiB. */
  public static long privateKibibytes(long pid) throws IOException {
    long sum = 0;
    for (String field : List.of("Private_Clean", "Private_Dirty")) {
      sum += number(pid, "smaps_rollup", field);
    }
    return sum;
  }

  /** A number in a line "field: number …" of one of its files. */
  public static long number(long pid, String file, String field) throws IOException {
    Matcher line =
        Pattern.compile("^" + field + ":\\s+(\\d+)", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("/proc/" + pid + "/" + file)));
    if (!line.find()) {
      throw new IOException("no " + field + " in /proc/" + pid + "/" + file);
    }
    return Long.parseLong(line.group(1));
  }
}
