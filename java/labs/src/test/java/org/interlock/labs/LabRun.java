package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A lab run as a user runs it: a process of its own, told apart from all others by a mark in its
 * environment that its children inherit.
 *
 * @param status exit status
 * @param lines what it and its children printed
 */
public record LabRun(int status, List<String> lines) {
  private static final boolean ALL = Boolean.getBoolean("interlock.test.all");
  private static final Map<List<String>, LabRun> RUNS = new HashMap<>();
  private static final long WATCHDOG_SECONDS = 100;
  private static final long CLEANING_SECONDS = 20;
  private static final int CREATOR_PID = 44; // offset in the header of an object
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

  /**
   * Runs a lab with short pauses, to its good end: once for all who ask for the same, since it may
   * start a dozen JVMs.
   */
  public static LabRun lab(String name, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("run", name, "--fast"));
    Collections.addAll(arguments, options);
    LabRun run = RUNS.get(arguments);
    if (run == null) {
      run = of(arguments.toArray(String[]::new));
      assertThat(run.status()).as(run::text).isZero();
      RUNS.put(arguments, run);
    }
    return run;
  }

  /**
   * As {@link #lab}, in Chinese: by the texts that stand in the lab's source, from the run in
   * English; {@code ./scripts/test --all} has it run once more instead.
   */
  static LabRun inChinese(String name) throws IOException, InterruptedException {
    if (ALL) {
      return lab(name, "--lang", "zh");
    }
    LabRun english = lab(name);
    return new LabRun(english.status, Texts.of(name).inChinese(english.lines));
  }

  /** Runs what the arguments say to its end; fails if a process or a name is left behind. */
  public static LabRun of(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("lab", ".out");
    String mark = "INTERLOCK_LAB_RUN=" + output.getFileName();
    Set<Path> before = Set.copyOf(names());
    try {
      Process process = start(arguments, output);
      Set<Long> pids = awaitEnd(process);
      if (process.isAlive()) {
        String stacks = stacksOf(processesWith(mark));
        processesWith(mark).forEach(LabRun::kill);
        throw new AssertionError("hangs:\n" + Files.readString(output) + "\n" + stacks);
      }
      assertNothingIsLeft(mark, pids, before);
      return new LabRun(process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Gives the pids of all processes that were seen below it, and its own. */
  private static Set<Long> awaitEnd(Process process) throws InterruptedException {
    Set<Long> pids = new HashSet<>(Set.of(process.pid()));
    long start = System.nanoTime();
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)
        && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS)) {
      process.descendants().map(ProcessHandle::pid).forEach(pids::add);
    }
    return pids;
  }

  /** All that was printed. */
  public String text() {
    return String.join("\n", lines);
  }

  /** What the group of the expression matched, of each line that matches as a whole. */
  List<String> all(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  /** Number of the only line that matches as a whole. */
  int indexOf(String regex) {
    int[] found =
        IntStream.range(0, lines.size()).filter(i -> lines.get(i).matches(regex)).toArray();
    assertThat(found).as(() -> regex + " in\n" + text()).hasSize(1);
    return found[0];
  }

  private static Process start(String[] arguments, Path output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(JAVA.resolve("java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // dozens of short-lived JVMs
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Dstdout.encoding=UTF-8");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.interlock.labs.Labs");
    Collections.addAll(command, arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("INTERLOCK_LAB_RUN", output.getFileName().toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return builder.start();
  }

  /** Guardians end a moment after the program. */
  private static void assertNothingIsLeft(String mark, Set<Long> pids, Set<Path> before) {
    await("nothing is left behind")
        .atMost(CLEANING_SECONDS, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              assertThat(processesWith(mark)).as("processes").isEmpty();
              assertThat(namesMadeBy(pids, before)).as("names").isEmpty();
            });
  }

  /** Other programs on the machine have names there too, some of processes whose pid came again. */
  private static List<Path> namesMadeBy(Set<Long> pids, Set<Path> before) throws IOException {
    return names().stream()
        .filter(file -> !before.contains(file) && pids.contains(creatorOf(file)))
        .toList();
  }

  private static List<Path> names() throws IOException {
    try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
      return files.toList();
    }
  }

  /** By the header of an object, or by the name, of which a pid is the end. */
  private static long creatorOf(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith("interlock.")) {
      String end = name.substring(name.lastIndexOf('-') + 1);
      return end.matches("\\d{1,9}") ? Long.parseLong(end) : 0;
    }
    byte[] start = new byte[CREATOR_PID + Integer.BYTES];
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(start, 0, start.length) == start.length
          ? ByteBuffer.wrap(start).order(ByteOrder.nativeOrder()).getInt(CREATOR_PID)
          : 0;
    } catch (IOException gone) {
      return 0; // or not ours to read
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

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static String stacksOf(List<Long> pids) throws IOException, InterruptedException {
    StringBuilder all = new StringBuilder();
    for (long pid : pids) {
      Process jstack =
          new ProcessBuilder(JAVA.resolve("jstack").toString(), Long.toString(pid))
              .redirectErrorStream(true)
              .start();
      all.append(new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      jstack.waitFor();
    }
    return all.toString();
  }
}
