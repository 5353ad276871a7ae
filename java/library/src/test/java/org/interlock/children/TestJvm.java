package org.interlock.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A program of a test in a JVM of its own, started by the JDK's means and not by ours. If it hangs
 * it is asked for its stacks and killed, and the test fails with all that it said.
 */
public final class TestJvm implements AutoCloseable {
  /** Far beyond what a loaded machine needs: only a hang takes so long. */
  public static final long HANG_SECONDS = 60;

  private final Process process;
  private final Path output;
  private final Set<ProcessHandle> seen = new HashSet<>();

  private TestJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** What to start. */
  public static final class Builder {
    private final List<String> main = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private Path home = Path.of(System.getProperty("java.home"));
    private String classPath = System.getProperty("java.class.path");
    private Map<String, String> environment = Map.of();
    private Path directory = Path.of("").toAbsolutePath();

    private Builder(List<String> main) {
      this.main.addAll(main);
    }

    /** Of another JDK. */
    public Builder home(Path jdk) {
      home = jdk;
      return this;
    }

    /**
     * Without the collector and the compiler that are for long lives, which are a quarter of what
     * it costs; its children get the same options.
     */
    public Builder shortLived() {
      return options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }

    /** More options of the JVM. */
    public Builder options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    /** Instead of this JVM's; empty for none at all. */
    public Builder classPath(String path) {
      classPath = path;
      return this;
    }

    /** More variables. */
    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    /** The working directory. */
    public Builder directory(Path path) {
      directory = path;
      return this;
    }

    /** Starts it. */
    public TestJvm start() throws IOException {
      List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
      if (!classPath.isEmpty()) {
        command.addAll(List.of("-cp", classPath));
      }
      command.addAll(options);
      command.addAll(main);
      Path output = Files.createTempFile("interlock-test", ".out");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.directory(directory.toFile()).redirectErrorStream(true);
      return new TestJvm(builder.redirectOutput(output.toFile()).start(), output);
    }
  }

  /** A program of a test. */
  public static Builder of(Class<?> mainClass, String... arguments) {
    List<String> main = new ArrayList<>(List.of(mainClass.getName()));
    main.addAll(List.of(arguments));
    return new Builder(main);
  }

  /** Anything that stands at the end of a java command line: {@code -jar x}, {@code -m y}. */
  public static Builder program(String... arguments) {
    return new Builder(List.of(arguments));
  }

  /** Class path of this JVM without what does not exist, as a list. */
  public static List<String> classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Writes to its standard input. */
  public void say(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Closes its standard input. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** What it and its children have said. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has said this. */
  public TestJvm awaitOutput(String text) {
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .failFast(
            "ended before it said: " + text, () -> !process.isAlive() && !output().contains(text))
        .until(() -> output().contains(text));
    return this;
  }

  /**
   * The processes below it now: its children and their guardians. They are to be gone at the end.
   */
  public List<ProcessHandle> rememberDescendants() {
    List<ProcessHandle> descendants = process.descendants().toList();
    seen.addAll(descendants);
    return descendants;
  }

  /** Waits until none of those runs that {@link #rememberDescendants} saw. */
  public void awaitEndOfDescendants() {
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .untilAsserted(() -> assertThat(seen).as(this::output).noneMatch(Processes::isRunning));
  }

  /** Waits for its end. */
  public int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
      String stacks = Stacks.of(process.toHandle());
      process.destroyForcibly();
      throw new AssertionError("it hangs.\n" + output() + stacks);
    }
    return process.exitValue();
  }

  /** Waits for its end, which is to be in good order. */
  public String result() throws IOException, InterruptedException {
    assertThat(exitCode()).as(this::output).isZero();
    return output();
  }

  /** Ends it and what {@link #rememberDescendants} saw, when a test fails. */
  @Override
  public void close() throws IOException {
    rememberDescendants();
    process.destroyForcibly();
    seen.forEach(ProcessHandle::destroyForcibly);
    Files.deleteIfExists(output);
  }
}
