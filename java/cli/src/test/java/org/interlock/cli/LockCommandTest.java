package org.interlock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.interlock.PermitPool;
import org.interlock.ProcessLock;
import org.interlock.Shared;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that run while something is held. */
class LockCommandTest {
  private static final String NAME = "cli-lock-" + ProcessHandle.current().pid();

  @BeforeAll
  static void bePatient() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(100));
  }

  @AfterEach
  void removeName() {
    Leftovers.remove(NAME);
  }

  private static Run lock(String script) throws IOException, InterruptedException {
    return Run.of("lock", NAME, "--", "sh", "-c", script);
  }

  /** A command that says its pid once it runs, and then does what the script says. */
  private static Run.Started start(String script) throws IOException {
    Run.Started started =
        Run.start(
            "lock", NAME, "--", "sh", "-c", script + "\necho $$; while :; do sleep 0.05; done");
    await().until(() -> started.printed().endsWith("\n"));
    return started;
  }

  private static boolean isAlive(String printedPid) {
    return ProcessHandle.of(Long.parseLong(printedPid.strip()))
        .map(ProcessHandle::isAlive)
        .orElse(false);
  }

  private static boolean isFree() throws InterruptedException {
    try (ProcessLock lock = ProcessLock.open(NAME)) {
      boolean free = lock.tryLock();
      if (free) {
        lock.unlock();
      }
      return free;
    }
  }

  @Test
  void itsStatusIsThatOfTheCommandAndTheLockIsFreeAgain() throws Exception {
    assertThat(lock("exit 7").status()).isEqualTo(7);
    assertThat(lock("kill -KILL $$").status()).isEqualTo(128 + 9);
    assertThat(isFree()).isTrue();
  }

  @Test
  void theCommandReadsAndWritesWhatTheCallerDoes() throws Exception {
    Run run = Run.withInput("b\na\n", "lock", NAME, "--", "sh", "-c", "sort; echo end >&2");
    assertThat(run).isEqualTo(new Run(0, "a\nb\n", "end\n"));
  }

  @Test
  void whatCannotBeExecutedHasTheCodesOfAShell() throws Exception {
    Run none = Run.of("lock", NAME, "--", "no-such-program-anywhere");
    assertThat(none.status()).isEqualTo(127);
    assertThat(none.err()).contains("no-such-program-anywhere").hasLineCount(1);
    assertThat(Run.of("lock", NAME, "--", "/etc/passwd").status()).isEqualTo(126);
    assertThat(isFree()).isTrue();
  }

  @Test
  void theTimeOfWaitIsKeptAndHasACodeOfItsOwn() throws Exception {
    try (ProcessLock lock = ProcessLock.open(NAME);
        ProcessLock.Hold hold = lock.hold()) {
      long start = System.nanoTime();
      Run run = Run.of("lock", NAME, "--wait", "300ms", "--", "echo", "ran");
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
      assertThat(run.status()).isEqualTo(75);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).isEqualTo("interlock: lock " + NAME + " was not free within 300ms\n");
      assertThat(Run.of("lock", NAME, "-w", "0", "-E", "9", "--", "true").status()).isEqualTo(9);
      assertThat(hold.previousOwnerDied()).isFalse();
    }
  }

  @Test
  void signalsArePassedOn() throws Exception {
    try (Run.Started started =
        start("trap 'echo terminated' TERM; trap 'echo hung up' HUP; trap 'exit 9' INT")) {
      started.signal("TERM");
      await().until(() -> started.printed().endsWith("\nterminated\n"));
      started.signal("HUP");
      await().until(() -> started.printed().endsWith("\nhung up\n"));
      started.signal("INT");
      assertThat(started.end().status()).isEqualTo(9);
    }
    assertThat(isFree()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 15", "HUP, 1", "INT, 2"})
  void aSignalThatEndsTheCommandIsItsStatus(String signal, int number) throws Exception {
    try (Run.Started started = start(":")) {
      started.signal(signal);
      assertThat(started.end().status()).isEqualTo(128 + number);
    }
    assertThat(isFree()).isTrue();
  }

  @Test
  void ifItIsKilledTheLockIsFreeTheCommandEndsAndTheNextOwnerIsTold() throws Exception {
    try (Run.Started started = start("trap '' TERM; sleep 1000 &")) {
      assertThat(isFree()).isFalse();
      String pid = started.printed();
      long owner = started.process.pid();
      started.signal("KILL");
      started.process.waitFor();
      Run next = lock("echo died: $INTERLOCK_OWNER_DIED");
      assertThat(next.out()).isEqualTo("died: " + owner + "\n");
      assertThat(next.err())
          .isEqualTo(
              "interlock: the previous owner of lock " + NAME + " died: pid " + owner + "\n");
      await().until(() -> !isAlive(pid)); // by SIGKILL: it does not hear SIGTERM
      assertThat(lock("echo died: $INTERLOCK_OWNER_DIED").out()).isEqualTo("died:\n");
    }
  }

  @Tag("linux") // elsewhere what a daemon child had started does not end with it
  @Test
  void whatTheCommandLeavesRunningIsEndedBeforeTheLockIsFree() throws Exception {
    Run run = lock("sleep 1000 >/dev/null 2>&1 & echo $!");
    assertThat(run.status()).isZero();
    assertThat(isAlive(run.out())).isFalse();
  }

  @Test
  void aCommandMayTakeAnotherLock() throws Exception {
    String other = NAME + "-inner";
    try {
      java.util.List<String> inner = Run.command("lock", other, "--", "sh", "-c", "exit 5");
      java.util.List<String> outer = Run.command("lock", NAME, "--");
      outer.addAll(inner);
      assertThat(Run.of(outer, "").status()).isEqualTo(5);
    } finally {
      Shared.unlink(other);
    }
  }

  @Test
  void noMoreThanSoManyCommandsHoldAPermit() throws Exception {
    try (PermitPool pool = PermitPool.open(NAME, 2);
        PermitPool.Permit permit = pool.acquire()) {
      String[] command = {"permits", NAME, "--of", "2", "--wait", "0", "--", "sh", "-c", "exit 4"};
      assertThat(Run.of(command).status()).isEqualTo(4);
      assertThat(permit).isNotNull();
      try (PermitPool.Permit other = pool.acquire()) {
        assertThat(Run.inside(command).status()).isEqualTo(75);
        assertThat(other).isNotNull();
      }
      command[3] = "3";
      Run incompatible =
          Run.inside(command); // it comes to no command, which needs a JVM of its own
      assertThat(incompatible.status()).isEqualTo(1);
      assertThat(incompatible.err()).contains("2").contains("3").hasLineCount(1);
    }
  }
}
