package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A lab run as a user runs it: a process of its own, told apart from all others by a mark in its
 * environment that its children inherit.
 *
 * @param status exit status
 * @param lines what it and its children printed
 */
record LabRun(int status, List<String> lines) {
  private static final long WATCHDOG_SECONDS = 100;
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** Runs the lab to its end; fails if a process or a name is left behind. */
  static LabRun of(String... arguments) throws IOException, InterruptedException {
    List<String> names = names();
    Path output = Files.createTempFile("lab", ".out");
    String mark = "INTERLOCK_LAB_RUN=" + output.getFileName();
    try {
      Process process = start(arguments, output);
      if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
        String stacks = stacks(process.pid());
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError("hangs:\n" + Files.readString(output) + "\n" + stacks);
      }
      assertThat(processesWith(mark)).as("processes left behind").isEmpty();
      assertThat(names()).as("names left behind").isSubsetOf(names);
      return new LabRun(
          process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Process start(String[] arguments, Path output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Dstdout.encoding=UTF-8");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.interlock.labs.Labs");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("INTERLOCK_LAB_RUN", output.getFileName().toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return builder.start();
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("interlock.") || name.startsWith("sem."))
          .toList();
    }
  }

  /** Pids of the processes whose environment holds the mark. */
  private static List<Long> processesWith(String mark) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> pid != ProcessHandle.current().pid() && environmentOf(pid).contains(mark))
        .toList();
  }

  private static String environmentOf(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException | UncheckedIOException gone) {
      return ""; // it ended, or is not ours to read
    }
  }

  private static String stacks(long pid) throws IOException, InterruptedException {
    StringBuilder all = new StringBuilder();
    Stream<Long> pids =
        Stream.concat(
            Stream.of(pid),
            ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid));
    for (long each : pids.toList()) {
      Process jstack =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                  Long.toString(each))
              .redirectErrorStream(true)
              .start();
      all.append(new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      jstack.waitFor();
    }
    return all.toString();
  }
}
