package org.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.interlock.children.Stacks;

/**
 * A program of a test in another JVM, to which the test speaks in lines. A worker that does not
 * answer is asked for its stacks and killed, and the test fails with what it said on standard
 * error.
 */
public final class Worker implements AutoCloseable {
  /** Only a hang takes so long. */
  private static final long HANG_SECONDS = 60;

  private static final String END = "(the worker ended)";
  private static final Map<Long, Process> STARTED = new ConcurrentHashMap<>();

  private final Process process;
  private final PrintStream input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unanswered = new AtomicInteger();

  /** The part of the test that runs in the other JVM; has a constructor without parameters. */
  public interface Program {
    /**
     * Runs; the JVM ends when its non-daemon threads have.
     *
     * @param in what the test says, line by line
     * @param out what the test hears, flushed with each line
     */
    void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception;
  }

  /** What to start. */
  public static final class Builder {
    private final List<String> main = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> wrapper = new ArrayList<>();

    private Builder(Class<? extends Program> program, String... arguments) {
      main.addAll(List.of(WorkerMain.class.getName(), program.getName()));
      main.addAll(List.of(arguments));
    }

    /** More options of the JVM. */
    public Builder options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    /** A command that executes another: {@code setpriv --reuid 1}. */
    public Builder under(String... command) {
      wrapper.addAll(List.of(command));
      return this;
    }

    /** Starts it. */
    public Worker start() {
      List<String> command = new ArrayList<>(wrapper);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(options);
      command.addAll(main);
      try {
        return new Worker(new ProcessBuilder(command).start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** To be started. */
  public static Builder of(Class<? extends Program> program, String... arguments) {
    return new Builder(program, arguments);
  }

  /** Starts one. */
  public static Worker start(Class<? extends Program> program, String... arguments) {
    return of(program, arguments).start();
  }

  /** A program that is no JVM, and speaks in lines too. */
  public static Worker running(Process process) {
    return new Worker(process);
  }

  private Worker(Process process) {
    this.process = process;
    this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    STARTED.put(process.pid(), process);
    collect(process.inputReader(StandardCharsets.UTF_8), lines::add, () -> lines.add(END));
    collect(process.errorReader(StandardCharsets.UTF_8), errors::add, () -> {});
  }

  private static void collect(BufferedReader reader, Consumer<String> sink, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try (reader) {
                reader.lines().forEach(sink);
              } catch (IOException | UncheckedIOException e) {
                // The stream of a killed process.
              } finally {
                end.run();
              }
            },
            "worker-output");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether it is one, or was since {@link #forgetTheDead()}. */
  static boolean isWorker(long pid) {
    return STARTED.containsKey(pid);
  }

  /** Their pids will be given to other processes. */
  static void forgetTheDead() {
    STARTED.values().removeIf(process -> !process.isAlive());
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Says a line, and waits for the answer. */
  public String ask(String line) {
    tell(line);
    return line();
  }

  /** Says a line. */
  public void tell(String line) {
    unanswered.incrementAndGet();
    input.println(line);
  }

  /** Waits for the next line. */
  public String line() {
    try {
      String line = lines.poll(HANG_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw hang();
      }
      if (line.equals(END)) {
        lines.add(END);
        throw new AssertionError("the worker has ended: " + errors());
      }
      unanswered.decrementAndGet();
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** How many lines more it was told than were heard of it. */
  int unanswered() {
    return unanswered.get();
  }

  /** Whether it has said something that was not heard yet. */
  public boolean hasSaid() {
    return !lines.isEmpty();
  }

  private AssertionError hang() {
    String stacks = Stacks.of(process.toHandle());
    process.destroyForcibly();
    return new AssertionError("the worker hangs\n" + errors() + stacks);
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** Sends a signal by name: TERM, CONT. */
  public void signal(String name) {
    try {
      int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      assertThat(code).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** SIGSTOP; returns when each of its threads has stopped, which kill(1) does not wait for. */
  public void stop() {
    signal("STOP");
    awaitStopped(pid());
  }

  /** Returns when each thread of a process that was sent SIGSTOP has stopped. */
  public static void awaitStopped(long pid) {
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .until(() -> isStopped(pid));
  }

  private static boolean isStopped(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        if (!Files.readString(thread.resolve("stat")).matches("(?s).*\\) T .*")) {
          return false;
        }
      }
    }
    return true;
  }

  /** Waits for its end. */
  public int exitCode() {
    try {
      if (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
        throw hang();
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Standard error so far. */
  public String errors() {
    return String.join("\n", errors);
  }

  /** Ends it, if it has not ended. */
  @Override
  public void close() {
    input.close();
    process.destroyForcibly();
    exitCode();
  }
}
