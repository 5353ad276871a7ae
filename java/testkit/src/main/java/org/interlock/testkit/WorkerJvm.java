package org.interlock.testkit;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One process that runs a {@link Program}, and the pipes to it. */
final class WorkerJvm {
  /** Only a hang takes so long, also when a JVM has to start first. */
  private static final long HANG_SECONDS = 60;

  private static final int FIRST_THAT_WARNS_OF_NATIVE_ACCESS = 22;

  private final Process process;
  private final long patienceSeconds;
  private final DataOutputStream commands;
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final Thread answers;

  /** What is under way: who gets the answer, and who waits for it. */
  private volatile Consumer<String> listener = answer -> {};

  private volatile CompletableFuture<Void> answered = CompletableFuture.completedFuture(null);

  /** How long it may take. */
  private long seconds = HANG_SECONDS;

  WorkerJvm(Class<? extends Program> program, Duration patience) {
    patienceSeconds = patience.toSeconds();
    try {
      process = new ProcessBuilder(command(program)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands = new DataOutputStream(process.getOutputStream());
    answers = daemon("answers", this::hear);
    daemon("errors", this::collectErrors);
  }

  private static List<String> command(Class<? extends Program> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.add("-XX:-UsePerfData"); // a killed JVM would leave its file
    if (Runtime.version().feature() >= FIRST_THAT_WARNS_OF_NATIVE_ACCESS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    String classPath = System.getProperty("java.class.path", "");
    String modulePath = System.getProperty("jdk.module.path", "");
    // Whatever this JVM found its classes by; the kit itself is reached through the class path.
    command.addAll(List.of("-cp", modulePath.isEmpty() ? classPath : classPath + ":" + modulePath));
    command.addAll(List.of(WorkerMain.class.getName(), program.getName()));
    return command;
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, "worker-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  long pid() {
    return process.pid();
  }

  /** Begins to open; the next {@link #await} fails if it can not. */
  void open(List<String> arguments) {
    await();
    seconds = HANG_SECONDS;
    tell(
        WorkerMain.OPEN,
        new Operation(WorkerMain.OPEN, arguments),
        answer -> {
          if (!answer.equals(WorkerMain.OPENED)) {
            throw new IllegalStateException(
                "the worker could not open " + arguments + ": " + answer);
          }
        });
  }

  void perform(Operation operation, Consumer<String> answer) {
    seconds = patienceSeconds;
    tell(WorkerMain.PERFORM, operation, answer);
  }

  private void tell(String verb, Operation operation, Consumer<String> answer) {
    listener = answer;
    answered = new CompletableFuture<>();
    List<String> words = new ArrayList<>(List.of(verb, operation.name()));
    words.addAll(operation.arguments());
    try {
      Words.write(commands, words);
    } catch (IOException e) {
      throw failure("the worker can not be told: " + operation, e);
    }
  }

  private void hear() {
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        String answer = Words.read(in).get(0);
        try {
          listener.accept(answer);
          answered.complete(null);
        } catch (RuntimeException e) {
          answered.completeExceptionally(e);
        }
      }
    } catch (IOException e) {
      answered.completeExceptionally(e); // the end of the process
    }
  }

  private void collectErrors() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(errors::add);
    } catch (IOException | UncheckedIOException e) {
      // The stream of a killed process.
    }
  }

  void await() {
    try {
      answered.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw failure("the worker failed", e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new Hang("the worker hangs\n" + Signals.stacks(pid()) + String.join("\n", errors), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  boolean isBusy() {
    return !answered.isDone();
  }

  /** Returns when the process is gone and all that it said was heard. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the worker " + pid() + " outlives SIGKILL");
      }
      answers.join(TimeUnit.SECONDS.toMillis(HANG_SECONDS));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private AssertionError failure(String what, Throwable cause) {
    return new AssertionError(what + ": " + cause + "\n" + String.join("\n", errors), cause);
  }

  private static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted", e);
  }
}
