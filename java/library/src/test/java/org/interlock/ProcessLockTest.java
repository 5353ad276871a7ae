package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process: each method, how it waits and what ends the wait. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class ProcessLockTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor other = new Actor();
  private ProcessLock lock;

  @BeforeEach
  void open() {
    lock = ProcessLock.create();
  }

  @AfterEach
  void close() {
    other.close();
    lock.close();
  }

  @Test
  void excludesOtherThreads() throws Exception {
    lock.lock();
    assertThat(other.is(lock::tryLock)).isFalse();
    assertThat(other.is(() -> lock.tryLock(20, TimeUnit.MILLISECONDS))).isFalse();
    lock.unlock();
    assertThat(other.is(lock::tryLock)).isTrue();
    assertThat(lock.tryLock()).isFalse();
    other.run(lock::unlock);
    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
  }

  @Test
  void aTimedTryWaitsAtLeastThatLong() throws Exception {
    other.run(lock::lock);
    long start = System.nanoTime();
    assertThat(lock.tryLock(150, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
    other.run(lock::unlock);
  }

  @Test
  void aTimeThatIsNotPositiveTriesOnce() throws Exception {
    assertThat(lock.tryLock(0, TimeUnit.SECONDS)).isTrue();
    lock.unlock();
    assertThat(lock.tryLock(Long.MIN_VALUE, TimeUnit.DAYS)).isTrue();
    assertThat(other.is(() -> lock.tryLock(-1, TimeUnit.SECONDS))).isFalse();
    lock.unlock();
  }

  @Test
  void theLongestTimeIsForEver() throws Exception {
    lock.lock();
    Future<Boolean> taken = other.begin(() -> lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS));
    other.awaitInside("waitTurn");
    lock.unlock();
    assertThat(Actor.result(taken)).isTrue();
    other.run(lock::unlock);
  }

  @Test
  void everyWaitingFormEndsWhenTheLockIsFree() throws Exception {
    List<Actor.Step> forms =
        List.of(lock::lock, lock::lockInterruptibly, () -> lock.tryLock(1, TimeUnit.HOURS));
    for (Actor.Step form : forms) {
      lock.lock();
      Future<Void> taking = other.start(form);
      other.awaitInside("waitTurn");
      assertThat(taking.isDone()).isFalse();
      lock.unlock();
      Actor.result(taking);
      assertThat(other.get(lock::getHoldCount)).isEqualTo(1);
      other.run(lock::unlock);
    }
  }

  @Test
  void manyWaitersGetItOneAfterAnother() throws Exception {
    List<Actor> actors = new ArrayList<>();
    List<Future<Void>> begun = new ArrayList<>();
    int[] inside = {0};
    lock.lock();
    for (int i = 0; i < 8; i++) {
      Actor actor = new Actor();
      actors.add(actor);
      begun.add(
          actor.start(
              () -> {
                for (int round = 0; round < 50; round++) {
                  lock.lock();
                  assertThat(++inside[0]).isEqualTo(1);
                  inside[0]--;
                  lock.unlock();
                }
              }));
      actor.awaitInside("waitTurn");
    }
    lock.unlock();
    for (Future<Void> one : begun) {
      Actor.result(one);
    }
    actors.forEach(Actor::close);
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void anInterruptEndsAWaitWithNothingTaken() throws Exception {
    List<Actor.Step> forms =
        List.of(lock::lockInterruptibly, () -> lock.tryLock(1, TimeUnit.HOURS));
    for (Actor.Step form : forms) {
      lock.lock();
      Future<Void> taking = other.start(form);
      other.awaitInside("waitTurn").thread().interrupt();
      assertThatThrownBy(() -> Actor.result(taking)).isInstanceOf(InterruptedException.class);
      assertThat(other.get(lock::getHoldCount)).isZero();
      assertThat(other.is(Thread::interrupted)).isFalse();
      lock.unlock();
      assertThat(other.is(lock::tryLock)).isTrue();
      other.run(lock::unlock);
    }
  }

  @Test
  void anInterruptBeforeTheCallIsNoticedEvenIfTheLockIsFree() throws Exception {
    for (Actor.Step form :
        List.<Actor.Step>of(lock::lockInterruptibly, () -> lock.tryLock(1, TimeUnit.SECONDS))) {
      Actor.Step interrupted =
          () -> {
            Thread.currentThread().interrupt();
            form.run();
          };
      assertThatThrownBy(() -> other.run(interrupted)).isInstanceOf(InterruptedException.class);
    }
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void anInterruptOfAParkedWaiterLeavesTheTurnToOthers() throws Exception {
    try (Actor first = new Actor();
        Actor second = new Actor()) {
      lock.lock();
      Future<Void> a = first.start(lock::lockInterruptibly);
      first.awaitInside("waitTurn");
      Future<Void> b = second.start(lock::lockInterruptibly);
      second.awaitInside("waitTurn");
      second.thread().interrupt();
      assertThatThrownBy(() -> Actor.result(b)).isInstanceOf(InterruptedException.class);
      Future<Void> c = other.start(lock::lockInterruptibly);
      other.awaitInside("waitTurn");
      first.thread().interrupt();
      assertThatThrownBy(() -> Actor.result(a)).isInstanceOf(InterruptedException.class);
      lock.unlock();
      Actor.result(c);
      other.run(lock::unlock);
    }
  }

  @Test
  void lockKeepsTheInterruptForLater() throws Exception {
    lock.lock();
    Future<Boolean> taking =
        other.begin(
            () -> {
              lock.lock();
              return Thread.interrupted();
            });
    other.awaitInside("waitTurn").thread().interrupt();
    assertThatThrownBy(() -> taking.get(150, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    lock.unlock();
    assertThat(Actor.result(taking)).isTrue();
    other.run(lock::unlock);
  }

  @Test
  void isReentrant() throws Exception {
    lock.lock();
    assertThat(lock.tryLock()).isTrue();
    assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
    lock.lockInterruptibly();
    assertThat(lock.getHoldCount()).isEqualTo(4);
    for (int holds = 3; holds >= 0; holds--) {
      assertThat(other.is(lock::tryLock)).isFalse();
      lock.unlock();
      assertThat(lock.getHoldCount()).isEqualTo(holds);
    }
    assertThat(other.is(lock::tryLock)).isTrue();
    other.run(lock::unlock);
  }

  @Test
  void theThousandAndFirstHoldIsAnError() {
    for (int i = 0; i < 1000; i++) {
      lock.lock();
    }
    assertThatThrownBy(lock::lock)
        .isInstanceOf(Error.class)
        .hasMessage("Maximum lock count exceeded");
    assertThatThrownBy(lock::tryLock).isInstanceOf(Error.class);
    assertThat(lock.getHoldCount()).isEqualTo(1000);
    for (int i = 0; i < 1000; i++) {
      lock.unlock();
    }
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void theThousandAndFirstLockOfAThreadIsAnError() throws Exception {
    List<ProcessLock> locks = new ArrayList<>();
    for (int i = 0; i < 1001; i++) {
      locks.add(ProcessLock.create());
    }
    other.run(() -> locks.subList(0, 1000).forEach(ProcessLock::lock));
    ProcessLock last = locks.get(1000);
    assertThatThrownBy(() -> other.run(last::lock))
        .isInstanceOf(Error.class)
        .hasMessage("Maximum lock count exceeded");
    assertThat(last.tryLock()).isTrue(); // another thread may
    last.unlock();
    other.run(() -> locks.subList(0, 1000).forEach(ProcessLock::unlock));
    other.run(last::lock);
    other.run(last::unlock);
    locks.forEach(ProcessLock::close);
  }

  @Test
  void onlyTheOwnerUnlocks() throws Exception {
    assertThatThrownBy(lock::unlock)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining(lock.name());
    lock.lock();
    assertThatThrownBy(() -> other.run(lock::unlock))
        .isInstanceOf(IllegalMonitorStateException.class);
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void holdsAreGivenBackByClosingThem() throws Exception {
    try (ProcessLock.Hold hold = lock.hold()) {
      assertThat(hold.previousOwnerDied()).isFalse();
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      assertThatThrownBy(() -> other.run(hold::close))
          .isInstanceOf(IllegalMonitorStateException.class);
      assertThat(other.get(() -> lock.tryHold(0, TimeUnit.SECONDS))).isEmpty();
    }
    ProcessLock.Hold hold = lock.tryHold(1, TimeUnit.SECONDS).orElseThrow();
    hold.close();
    hold.close();
    other.run(hold::close);
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void tellsItsState() throws Exception {
    long pid = ProcessHandle.current().pid();
    assertThat(lock).hasToString("ProcessLock[" + lock.name() + ", free]");
    assertThat(lock.ownerPid()).isEmpty();
    other.run(lock::lock);
    assertThat(lock).hasToString("ProcessLock[" + lock.name() + ", held by pid " + pid + "]");
    assertThat(lock.ownerPid()).hasValue(pid);
    assertThat(lock.isLocked()).isTrue();
    assertThat(lock.isHeldByCurrentThread()).isFalse();
    assertThat(lock.getHoldCount()).isZero();
    other.run(lock::unlock);
    lock.close();
    assertThat(lock).hasToString("ProcessLock[" + lock.name() + ", closed]");
  }
}
