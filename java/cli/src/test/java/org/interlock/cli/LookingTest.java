package org.interlock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessSemaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is there: {@code ls}, {@code show}, {@code dump}; and making it go: {@code rm}, {@code
 * sweep}.
 */
class LookingTest {
  private static final long PID = ProcessHandle.current().pid();
  private static final String NAME = "cli-look-" + PID;

  @BeforeAll
  static void bePatient() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(100));
  }

  @AfterEach
  void removeNames() {
    Leftovers.remove(NAME, NAME + "-q", NAME + "-e", NAME + "-s", NAME + "-v");
  }

  @Test
  void whoHoldsAndWhoWaitsIsListed() throws Exception {
    try (ProcessLock lock = ProcessLock.open(NAME);
        ProcessLock.Hold hold = lock.hold();
        Run.Started waiter = Run.start("lock", NAME, "--", "true")) {
      assertThat(hold.previousOwnerDied()).isFalse();
      await()
          .untilAsserted(
              () -> {
                Run run = Run.of("ls", NAME);
                assertThat(run.status()).isZero();
                assertThat(run.out())
                    .containsPattern(
                        "(?m)^KIND +NAME +STATE +HOLDER +WAITERS +SIZE +AGE\nlock +"
                            + NAME
                            + " +held +"
                            + PID
                            + " +1 +8K +\\d+s$");
              });
      long waiting = waiter.process.pid();
      // A waiter looks for itself now and then, and is no sleeper while it does.
      await()
          .untilAsserted(
              () -> {
                assertThat(Run.inside("ls", NAME, "--json").out())
                    .contains("\"kind\":\"lock\"")
                    .contains("\"holders\":[{\"pid\":" + PID + ",\"holds\":1}]")
                    .containsPattern(
                        "\"waiters\":\\[\\{\"pid\":"
                            + waiting
                            + ",\"thread\":\\d+,\"for\":\"the lock\"\\}\\]");
                assertThat(Run.inside("show", NAME).out())
                    .containsPattern("state +held")
                    .containsPattern("open in +" + PID + ", holds 1 ")
                    .containsPattern("open in +" + waiting + ", waits for the lock ");
                Run dump = Run.inside("dump", Long.toString(waiting));
                assertThat(dump.out())
                    .containsPattern(
                        "thread \\d+ waits for the lock of lock "
                            + NAME
                            + ", held by "
                            + PID
                            + "\n");
              });
      lock.unlink(); // what has no name is found all the same
      await()
          .untilAsserted(
              () -> {
                assertThat(Run.inside("dump", Long.toString(waiting)).out())
                    .containsPattern("waits for the lock of lock " + NAME + ", held by " + PID)
                    .contains("held, no name");
              });
    }
  }

  @Test
  void eachKindTellsItsState() throws Exception {
    try (JoinableQueue<String> queue = JoinableQueue.open(NAME + "-q", Codec.strings(), 10);
        ProcessEvent event = ProcessEvent.open(NAME + "-e");
        ProcessSemaphore semaphore = ProcessSemaphore.open(NAME + "-s", 4)) {
      queue.put("a");
      queue.put("b");
      assertThat(queue.take()).isEqualTo("a");
      event.set();
      assertThat(Run.inside("ls", NAME + "*").out())
          .containsPattern("joinable queue +" + NAME + "-q +1 of 10 items, 2 unfinished +" + PID)
          .containsPattern("event +" + NAME + "-e +set +-")
          .containsPattern("semaphore +" + NAME + "-s ");
      assertThat(Run.inside("dump", Long.toString(PID)).out())
          .contains("joinable queue " + NAME + "-q");
      queue.unlink();
      event.unlink();
      semaphore.unlink();
    }
  }

  // Elsewhere permits are counted by taking them, which is not looking, and a process does not show
  // which ones it has open.
  @Tag("linux")
  @Test
  void aSemaphoreTellsItsValueAndWhoHasItOpen() throws Exception {
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(NAME + "-v", 4)) {
      assertThat(Run.inside("ls", NAME + "*").out())
          .containsPattern("semaphore +" + NAME + "-v +value 4 +-");
      assertThat(Run.inside("dump", Long.toString(PID)).out()).contains("semaphore " + NAME + "-v");
      semaphore.unlink();
    }
  }

  @Test
  void watchingGoesOn() throws Exception {
    try (Run.Started watch = Run.start("ls", NAME, "--watch=50ms", "--json")) {
      await().until(() -> watch.printed().startsWith("[]\n[]\n"));
      try (ProcessEvent event = ProcessEvent.open(NAME)) {
        await().until(() -> watch.printed().contains("\"state\":\"clear\""));
        event.set();
        await().until(() -> watch.printed().contains("\"state\":\"set\""));
      }
      watch.signal("INT");
      assertThat(watch.end().status()).isEqualTo(130);
    }
  }

  @Test
  void whatIsNoObjectIsShownAndRemoved() throws Exception {
    Path file = Path.of("/dev/shm/interlock." + NAME);
    Files.write(file, new byte[10_000]);
    assertThat(Run.inside("ls", NAME).out()).containsPattern("\\? +" + NAME + " +unfinished");
    Files.writeString(file, "garbage");
    assertThat(Run.inside("ls", NAME).out()).containsPattern("\\? +" + NAME + " +damaged");
    assertThat(Run.inside("doctor").out()).contains(NAME).contains("interlock rm");
    assertThat(Run.inside("rm", NAME)).isEqualTo(new Run(0, "", ""));
    assertThat(file).doesNotExist();
  }

  @Test
  void aNameInUseStaysUnlessForced() throws Exception {
    try (ProcessEvent event = ProcessEvent.open(NAME)) {
      assertThat(event.isSet()).isFalse();
      Run refused = Run.of("rm", NAME);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains(NAME + " is in use by " + PID).contains("--force");
      assertThat(Run.inside("rm", "--force", NAME).status()).isZero();
    }
    Run none = Run.inside("rm", NAME);
    assertThat(none).isEqualTo(new Run(1, "", "interlock: there is no object " + NAME + "\n"));
    assertThat(Run.inside("rm", "--force", NAME).status()).isZero();
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(NAME, 1)) {
      assertThat(semaphore.availablePermits()).isEqualTo(1);
      assertThat(Run.inside("rm", NAME).err()).contains("--semaphore");
      assertThat(Run.inside("rm", "--semaphore", NAME).status()).isZero();
      assertThat(ProcessSemaphore.find(NAME)).isEmpty();
    }
  }

  @Test
  void patternsKnowStarAndQuestionMarkAndNothingElse() {
    try (ProcessEvent event = ProcessEvent.open(NAME)) {
      String most = NAME.substring(0, NAME.length() - 1);
      for (String pattern : List.of(most + "?", "*" + NAME.substring(3), NAME)) {
        assertThat(Run.inside("ls", pattern).out()).as(pattern).contains(NAME);
      }
      for (String pattern : List.of(most + "[0-9]", "{" + NAME + "}", NAME + "?", "\\E*[")) {
        assertThat(Run.inside("ls", pattern).out()).as(pattern).doesNotContain(NAME);
      }
      event.unlink();
    }
  }

  @Test
  void ofSeveralNamesThoseThatCanBeRemovedAre() throws Exception {
    try (ProcessEvent event = ProcessEvent.open(NAME)) {
      assertThat(event.isSet()).isFalse();
    }
    Run run = Run.inside("rm", NAME + "-none", NAME, NAME + "-nothing");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(NAME + "-none\n").contains(NAME + "-nothing\n");
    assertThat(ProcessEvent.find(NAME)).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    assertThat(Run.inside("show", NAME))
        .isEqualTo(new Run(1, "", "interlock: there is nothing named " + NAME + "\n"));
    assertThat(Run.inside("dump", "2147483647").err()).contains("there is no process 2147483647");
    assertThat(Run.inside("sweep").out()).containsPattern("^\\d+ removed\n$");
  }
}
