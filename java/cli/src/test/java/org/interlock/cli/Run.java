package org.interlock.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command as a user runs it, a process of its own; or {@link #inside} this one, which costs
 * some hundredths of it.
 *
 * @param status exit status
 */
record Run(int status, String out, String err) {
  private static final long WATCHDOG_SECONDS = 100;
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /** The command line of {@code interlock} in this build. */
  static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Interlock.class.getName()));
    String nativeDirectory = System.getProperty("interlock.native.dir");
    if (nativeDirectory != null) {
      command.add(1, "-Dinterlock.native.dir=" + nativeDirectory);
    }
    Collections.addAll(command, arguments);
    return command;
  }

  static Run of(String... arguments) throws IOException, InterruptedException {
    return of(command(arguments), "");
  }

  /**
   * In this JVM. Not for commands that run others, which hear signals for them, nor for those that
   * wait for what this JVM holds.
   */
  static Run inside(String... arguments) {
    PrintStream before = System.out;
    PrintStream errorsBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, false, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, false, StandardCharsets.UTF_8));
      int status = Interlock.run(arguments);
      System.out.flush();
      System.err.flush();
      return new Run(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
      System.setErr(errorsBefore);
    }
  }

  static Run withInput(String input, String... arguments) throws IOException, InterruptedException {
    return of(command(arguments), input);
  }

  static Run of(List<String> command, String input) throws IOException, InterruptedException {
    try (Started started = start(command)) {
      started.process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      started.process.getOutputStream().close();
      return started.end();
    }
  }

  static Started start(String... arguments) throws IOException {
    return start(command(arguments));
  }

  static Started start(List<String> command) throws IOException {
    Path out = Files.createTempFile("cli", ".out");
    Path err = Files.createTempFile("cli", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Started(process, out, err);
  }

  /** One that has not ended yet. */
  static final class Started implements AutoCloseable {
    final Process process;
    private final Path out;
    private final Path err;

    private Started(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /** What it has printed by now. */
    String printed() throws IOException {
      return Files.readString(out);
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    Run end() throws IOException, InterruptedException {
      if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("hangs: " + printed() + Files.readString(err));
      }
      return new Run(process.exitValue(), printed(), Files.readString(err));
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }
}
