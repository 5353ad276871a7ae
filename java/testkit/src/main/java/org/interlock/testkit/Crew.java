package org.interlock.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Workers that stay up from try to try and run scripts. For one thread. */
public final class Crew implements AutoCloseable {
  private final List<Worker> workers;

  /**
   * A crew of these.
   *
   * @param workers at least one
   */
  public Crew(List<? extends Worker> workers) {
    this.workers = List.copyOf(workers);
  }

  /**
   * Starts processes.
   *
   * @param count how many
   * @param program what they run
   * @return the crew
   */
  public static Crew start(int count, Class<? extends Program> program) {
    return start(count, program, WorkerProcess.PATIENCE);
  }

  /**
   * Starts processes.
   *
   * @param count how many
   * @param program what they run
   * @param patience how long an operation may take, in whole seconds; then it is a {@link Hang}
   * @return the crew
   */
  public static Crew start(int count, Class<? extends Program> program, Duration patience) {
    List<Worker> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(new WorkerProcess(program, patience));
    }
    return new Crew(started);
  }

  /**
   * Runs a script. A worker is told one thing at a time: before it is told the next, it is awaited,
   * and continued if it is stopped. In the end all are.
   *
   * @param script the script
   * @param arguments what {@link Program#open} gets first, in each process
   * @return what happened
   * @throws Hang if a worker does not answer
   */
  public History run(Script script, String... arguments) {
    workers.forEach(worker -> worker.open(List.of(arguments)));
    Run run = new Run();
    try {
      script.steps().forEach(run::step);
      for (int worker = 0; worker < workers.size(); worker++) {
        run.await(worker);
      }
    } catch (Hang e) {
      throw new Hang(run.described(e, script), e, run.recorder.history(), stacks());
    } catch (AssertionError e) {
      throw new AssertionError(run.described(e, script), e);
    }
    return run.recorder.history();
  }

  private Map<String, String> stacks() {
    Map<String, String> stacks = new HashMap<>();
    for (int worker = 0; worker < workers.size(); worker++) {
      String stack = workers.get(worker).stacks();
      if (!stack.isEmpty()) {
        stacks.put(Party.letter(worker), stack);
      }
    }
    return stacks;
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }

  private final class Run {
    private final Recorder recorder = new Recorder();
    private final Party[] parties = new Party[workers.size()];
    private final boolean[] stopped = new boolean[workers.size()];

    Run() {
      Arrays.setAll(parties, Party::first);
    }

    String described(AssertionError e, Script script) {
      return e.getMessage() + "\n\n" + recorder.history() + "\n\nThe script:\n" + script;
    }

    void step(Step step) {
      switch (step.operation().name()) {
        case Step.KILL -> kill(step.worker(), step.operation());
        case Step.STOP -> stop(step.worker());
        case Step.CONTINUE -> cont(step.worker());
        case Step.AWAIT -> await(step.worker());
        default -> call(step.worker(), step.operation());
      }
    }

    private void call(int worker, Operation operation) {
      await(worker);
      Party party = parties[worker];
      int call = recorder.called(party, operation);
      workers.get(worker).begin(operation, answer -> recorder.answered(party, call, answer));
    }

    void await(int worker) {
      cont(worker);
      workers.get(worker).await();
    }

    private void kill(int worker, Operation operation) {
      List<String> arguments = operation.arguments();
      if (arguments.size() > 1) {
        call(worker, new Operation(arguments.get(1), arguments.subList(2, arguments.size())));
        long micros = Long.parseLong(operation.argument(0));
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
      }
      recorder.killing(parties[worker]);
      workers.get(worker).kill();
      recorder.gone(parties[worker]);
      parties[worker] = parties[worker].next();
      stopped[worker] = false;
    }

    private void stop(int worker) {
      if (!stopped[worker]) {
        recorder.note(parties[worker], "stop");
        workers.get(worker).stop();
        stopped[worker] = true;
      }
    }

    private void cont(int worker) {
      if (stopped[worker]) {
        recorder.note(parties[worker], "cont");
        workers.get(worker).cont();
        stopped[worker] = false;
      }
    }
  }
}
