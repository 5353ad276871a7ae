package org.interlock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.ProcessEvent;
import org.interlock.ProcessQueue;
import org.interlock.ProcessSemaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands on events, semaphores and queues, one at a time: their exit status, what they leave. */
class ObjectCommandsTest {
  private static final String NAME = "cli-object-" + ProcessHandle.current().pid();

  @AfterEach
  void removeName() {
    Leftovers.remove(NAME);
  }

  private static int status(String command) {
    return Run.inside(command.replace("NAME", NAME).split(" ")).status();
  }

  @Test
  void anEventIsSetUntilItIsCleared() {
    long start = System.nanoTime();
    assertThat(status("event wait NAME --wait 100ms")).isEqualTo(75);
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(status("event set NAME")).isZero();
    assertThat(status("event wait NAME --wait 0")).isZero();
    try (ProcessEvent event = ProcessEvent.open(NAME)) {
      assertThat(event.isSet()).isTrue();
      assertThat(status("event clear NAME")).isZero();
      assertThat(event.isSet()).isFalse();
    }
    assertThat(status("event wait NAME --wait 0")).isEqualTo(75);
    assertThat(Run.inside("rm", NAME)).isEqualTo(new Run(0, "", ""));
  }

  @Test
  void aSemaphoreIsThatOfSemOpen() {
    assertThat(status("semaphore acquire NAME --permits 1")).isZero();
    assertThat(status("semaphore acquire NAME --wait 0")).isEqualTo(75);
    assertThat(status("semaphore release NAME -n 2")).isZero();
    assertThat(Run.inside("semaphore", "value", NAME)).isEqualTo(new Run(0, "2\n", ""));
    try (ProcessSemaphore semaphore = ProcessSemaphore.find(NAME).orElseThrow()) {
      assertThat(semaphore.availablePermits()).isEqualTo(2);
    }
    assertThat(status("rm --semaphore NAME")).isZero();
    assertThat(status("semaphore value NAME")).isEqualTo(1);
  }

  @Test
  void aQueueThatIsShutDownTakesNothingMore() {
    assertThat(status("queue put NAME one --shutdown")).isZero();
    assertThat(status("queue put NAME late")).isEqualTo(1);
    try (ProcessQueue<String> queue =
        ProcessQueue.open(NAME, Codec.strings(), ProcessQueue.UNBOUNDED)) {
      assertThat(queue.poll()).isEqualTo("one");
    }
    // It is the end of them: no failure, and nothing is printed, which would be past System.out.
    assertThat(Run.inside("queue", "take", NAME)).isEqualTo(new Run(0, "", ""));
  }

  @Test
  void whatIsNoNumberDoesNotGoIntoAQueueOfNumbers() throws Exception {
    assertThat(status("queue put NAME --codec i64 1 -- -2")).isZero();
    Run run = Run.inside("queue", "put", NAME, "three");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("three").hasLineCount(1);
    try (ProcessQueue<Long> queue =
        ProcessQueue.open(NAME, Codec.longs(), ProcessQueue.UNBOUNDED)) {
      assertThat(queue.take()).isEqualTo(1);
      assertThat(queue.take()).isEqualTo(-2);
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void theTimeToWaitForAnItemHasACodeOfItsOwn() {
    try (JoinableQueue<String> queue =
        JoinableQueue.open(NAME, Codec.strings(), ProcessQueue.UNBOUNDED)) {
      assertThat(queue.size()).isZero();
      assertThat(status("queue take NAME --wait 0")).isEqualTo(75);
    }
  }
}
