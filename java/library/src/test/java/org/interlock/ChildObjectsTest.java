package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.children.Leftovers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Objects that a task captured arrive as the same objects. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class ChildObjectsTest {
  @TempDir Path directory;

  private static void endsWell(ChildProcess child) throws InterruptedException {
    child.join();
    assertThat(child.exitCode()).hasValue(0);
  }

  @Test
  void theSameObject() throws Exception {
    try (ProcessLong counter = ProcessLong.create(40)) {
      endsWell(ChildProcess.start(() -> counter.addAndGet(2)));
      assertThat(counter.get()).isEqualTo(42);
    }
  }

  @Test
  void evenIfTheParentClosesItsOwnAtOnce() throws Exception {
    for (boolean daemon : new boolean[] {false, true}) {
      String result = directory.resolve("result " + daemon).toString();
      ProcessLong counter = ProcessLong.create(42);
      ChildProcess child =
          ChildProcess.builder(
                  () -> Files.writeString(Path.of(result), Long.toString(counter.addAndGet(1))))
              .daemon(daemon)
              .start();
      counter.close();
      endsWell(child);
      assertThat(Path.of(result)).hasContent("43");
    }
  }

  @Test
  void moreThanOneMessageCarries() throws Exception {
    List<ProcessLong> counters = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      counters.add(ProcessLong.create(i));
    }
    endsWell(
        ChildProcess.start(
            () -> {
              for (ProcessLong counter : counters) {
                counter.addAndGet(1000);
              }
            }));
    for (int i = 0; i < counters.size(); i++) {
      assertThat(counters.get(i).get()).isEqualTo(1000 + i);
      counters.get(i).close();
    }
  }

  @Test
  void capturedTwiceIsStillOne() throws Exception {
    try (ProcessLong counter = ProcessLong.create(0)) {
      List<ProcessLong> twice = List.of(counter, counter);
      endsWell(
          ChildProcess.start(
              () -> {
                if (!twice.get(0).equals(twice.get(1)) || !twice.get(0).equals(counter)) {
                  throw new AssertionError("two");
                }
              }));
    }
  }

  @Test
  void aClosedObjectCannotBeSent() {
    ProcessLong counter = ProcessLong.create(0);
    counter.close();
    assertThatThrownBy(() -> ChildProcess.start(() -> counter.addAndGet(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aFailedStartGivesBackWhatWasLent() {
    try (ProcessLong counter = ProcessLong.create(0)) {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(
                () ->
                    ChildProcess.builder(() -> counter.addAndGet(1))
                        .directory(directory.resolve("none"))
                        .start())
            .isInstanceOf(PosixException.class);
      }
    }
  }

  /** Tasks do not run in the thread that ran main, whose locks would be kept until the JVM ends. */
  @Test
  void aLockIsFreeWhenTheTaskHasEndedThoughItsJvmHasNot() throws Exception {
    String locked = directory.resolve("locked").toString();
    String enough = directory.resolve("enough").toString();
    try (ProcessLock lock = ProcessLock.create()) {
      ChildProcess child =
          ChildProcess.start(
              () -> {
                lock.lock();
                new Thread(() -> awaitFile(enough)).start();
                Files.createFile(Path.of(locked));
              });
      try {
        awaitFile(locked);
        assertThat(lock.tryLock(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.isAlive()).isTrue();
        lock.unlock();
      } finally {
        Files.createFile(Path.of(enough));
      }
      endsWell(child);
    }
  }

  private static void awaitFile(String file) {
    try {
      while (!Files.exists(Path.of(file))) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
