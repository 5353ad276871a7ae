package org.interlock.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A worker that is a process; when it is killed, another takes its place and opens the same. */
final class WorkerProcess implements Worker {
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Class<? extends Program> program;
  private final Duration patience;
  private WorkerJvm jvm;
  private @Nullable List<String> opened;

  WorkerProcess(Class<? extends Program> program) {
    this(program, PATIENCE);
  }

  WorkerProcess(Class<? extends Program> program, Duration patience) {
    this.program = program;
    this.patience = patience;
    this.jvm = new WorkerJvm(program, patience);
  }

  long pid() {
    return jvm.pid();
  }

  @Override
  public void open(List<String> arguments) {
    opened = arguments;
    jvm.open(arguments);
  }

  @Override
  public void begin(Operation operation, Consumer<String> answer) {
    jvm.await();
    jvm.perform(operation, answer);
  }

  @Override
  public void await() {
    jvm.await();
  }

  @Override
  public void kill() {
    jvm.kill();
    jvm = new WorkerJvm(program, patience);
    if (opened != null) {
      jvm.open(opened);
    }
  }

  @Override
  public String stacks() {
    return jvm.isBusy() ? Signals.stacks(jvm.pid()) : "";
  }

  @Override
  public void stop() {
    Signals.stop(jvm.pid());
  }

  @Override
  public void cont() {
    Signals.send("CONT", jvm.pid());
  }

  @Override
  public void close() {
    jvm.kill();
  }
}
