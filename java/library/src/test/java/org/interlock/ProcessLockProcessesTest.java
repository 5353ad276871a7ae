package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lock and a number between processes. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class ProcessLockProcessesTest {
  private static final int ROUNDS = 2000;

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private static Worker worker() {
    Worker worker = Worker.start(ObjectWorker.class);
    assertThat(worker.line()).isEqualTo("ready");
    return worker;
  }

  @Test
  void excludesOtherProcesses() throws Exception {
    String name = names.name();
    try (ProcessLock lock = ProcessLock.open(name);
        Worker worker = worker()) {
      assertThat(worker.ask("t lock " + name)).isEqualTo("locked");
      assertThat(lock.tryLock()).isFalse();
      assertThat(lock.tryLock(20, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(lock.ownerPid()).hasValue(worker.pid());
      assertThat(lock.toString()).contains("held by pid " + worker.pid());
      assertThat(worker.ask("other try " + name)).isEqualTo("false");
      assertThat(worker.ask("t unlock " + name)).isEqualTo("unlocked");
      assertThat(lock.tryLock()).isTrue();
      assertThat(worker.ask("t try " + name)).isEqualTo("false");
      assertThat(worker.ask("t try-for " + name + " 30")).isEqualTo("false");
      assertThat(worker.ask("t unlock " + name)).contains("IllegalMonitorStateException");
      worker.tell("t lock " + name);
      lock.unlock();
      assertThat(worker.line()).isEqualTo("locked");
      assertThat(worker.ask("t unlock " + name)).isEqualTo("unlocked");
    }
  }

  @Test
  void noSumIsLostUnderALock() throws Exception {
    String name = names.name();
    String sum = names.name();
    try (ProcessLock lock = ProcessLock.open(name);
        ProcessLong total = ProcessLong.open(sum, 0);
        Worker one = worker();
        Worker two = worker();
        Actor here = new Actor()) {
      String add = " add-under-lock " + name + " " + sum + " " + ROUNDS;
      for (Worker worker : List.of(one, two)) {
        worker.tell("a" + add);
        worker.tell("b" + add);
      }
      here.run(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              lock.lock();
              total.set(total.get() + 1);
              lock.unlock();
            }
          });
      for (Worker worker : List.of(one, two)) {
        assertThat(Long.parseLong(worker.line())).isPositive();
        assertThat(Long.parseLong(worker.line())).isPositive();
      }
      assertThat(total.get()).isEqualTo(5L * ROUNDS);
    }
  }

  @Test
  void aNumberCountsWithSeveralProcesses() {
    String name = names.name();
    try (ProcessLong number = ProcessLong.open(name, 7);
        Worker one = worker();
        Worker two = worker()) {
      one.tell("a long-count " + name + " 100000");
      two.tell("a long-count " + name + " 100000");
      one.line();
      two.line();
      assertThat(number.get()).isEqualTo(200_007);
      assertThat(one.ask("a long-add " + name + " -7")).isEqualTo("200000");
    }
  }

  @Test
  void aStoppedProcessKeepsWhatItHolds() throws Exception {
    String name = names.name();
    try (ProcessLock lock = ProcessLock.open(name);
        Worker worker = worker()) {
      worker.ask("t lock " + name);
      worker.stop();
      assertThat(lock.tryLock(150, TimeUnit.MILLISECONDS)).isFalse();
      worker.signal("CONT");
      worker.ask("t unlock " + name);
      assertThat(lock.tryLock(10, TimeUnit.SECONDS)).isTrue();
      lock.unlock();
    }
  }
}
