package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.util.List;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the end of a process leaves, and who removes it. */
class SharedExitTest {
  private static final int SIGTERM_EXIT = 143;

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private static Worker worker() {
    Worker worker = Worker.start(ObjectWorker.class);
    assertThat(worker.line()).isEqualTo("ready");
    return worker;
  }

  @Test
  void systemExitLeavesNothing() {
    try (Worker worker = worker()) {
      String name = worker.ask("t create lock");
      worker.ask("t lock " + name);
      worker.tell("t exit 3");
      assertThat(worker.exitCode()).isEqualTo(3);
      assertThat(SharedMemory.exists(name)).isFalse();
    }
  }

  @Test
  void aSignalLeavesNothing() {
    try (Worker worker = worker()) {
      String name = worker.ask("t create long");
      worker.signal("TERM");
      assertThat(worker.exitCode()).isEqualTo(SIGTERM_EXIT);
      assertThat(SharedMemory.exists(name)).isFalse();
    }
  }

  @Test
  void whatAKilledProcessLeavesIsSweptByALaterOneAndWhatIsInUseIsNot() {
    String name;
    try (Worker killed = worker();
        Worker user = worker()) {
      name = killed.ask("t create lock");
      String used = user.ask("t create lock");
      String kept = names.name();
      killed.ask("t open " + kept);
      killed.kill();
      try (Worker later = worker()) {
        later.ask("t create long"); // sweeps
        SharedMemory.awaitSwept(name);
        assertThat(SharedMemory.exists(used)).isTrue();
        assertThat(SharedMemory.exists(kept)).isTrue();
        later.tell("t exit 0");
        assertThat(later.exitCode()).isZero();
      }
      assertThat(user.ask("t lock " + used)).isEqualTo("locked");
      user.tell("t exit 0");
      assertThat(user.exitCode()).isZero();
      assertThat(SharedMemory.exists(used)).isFalse();
    }
  }

  @Test
  void whatAStoppedProcessHasOpenIsNotSwept() {
    try (Worker stopped = worker();
        Worker later = worker()) {
      String name = stopped.ask("t create lock");
      stopped.stop();
      later.ask("t create long"); // sweeps
      assertThat(SharedMemory.exists(name)).isTrue();
      stopped.signal("CONT");
      assertThat(stopped.ask("t lock " + name)).isEqualTo("locked");
      for (Worker each : List.of(stopped, later)) {
        each.tell("t exit 0");
        assertThat(each.exitCode()).isZero();
      }
      assertThat(SharedMemory.exists(name)).isFalse();
    }
  }

  /** Starts a daemon child that has hardly begun when this ends, and has closed what it gave it. */
  static final class CloseAndReturn implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) {
      try (ProcessQueue<String> queue = ProcessQueue.create()) {
        ChildProcess.startDaemon(() -> System.out.println(queue.take()));
        out.println(queue.name());
      }
    }
  }

  @Test
  void whatOnlyADaemonChildStillHadGoesWithIt() {
    try (Worker worker = Worker.start(CloseAndReturn.class)) {
      String name = worker.line();
      assertThat(worker.exitCode()).isZero();
      assertThat(SharedMemory.exists(name)).isFalse();
    }
  }

  @Test
  void haltIsLikeBeingKilled() {
    try (Worker worker = worker()) {
      String name = worker.ask("t create long");
      worker.tell("t halt 9");
      assertThat(worker.exitCode()).isEqualTo(9);
      try (Worker later = worker()) {
        later.ask("t create long"); // sweeps
        SharedMemory.awaitSwept(name);
        later.tell("t exit 0");
        assertThat(later.exitCode()).isZero();
      }
    }
  }
}
