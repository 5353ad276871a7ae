package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Closing handles of a lock, while it is free, held, or waited for. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class ProcessLockCloseTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  @Test
  void afterClosingOnlySomeMethodsWork() {
    ProcessLock lock = ProcessLock.create();
    ProcessLock same = lock;
    lock.close();
    lock.close();
    List<Actor.Step> closed =
        List.of(
            lock::lock,
            lock::lockInterruptibly,
            lock::tryLock,
            () -> lock.tryLock(1, TimeUnit.SECONDS),
            lock::hold,
            () -> lock.tryHold(1, TimeUnit.SECONDS),
            lock::isLocked,
            lock::isHeldByCurrentThread,
            lock::getHoldCount,
            lock::ownerPid,
            lock::newCondition,
            () -> lock.condition("c"),
            () -> lock.onOwnerDeath(death -> {}));
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(lock.name());
    }
    assertThat(lock.name()).startsWith("~");
    assertThat(lock.isAnonymous()).isTrue();
    assertThat(lock).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(lock.toString()).contains("closed");
    lock.unlink();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void endsEveryWait() throws Exception {
    ProcessLock lock = ProcessLock.create();
    List<Actor.Step> forms =
        List.of(lock::lock, lock::lockInterruptibly, () -> lock.tryLock(1, TimeUnit.HOURS));
    List<Actor> actors = forms.stream().map(form -> new Actor()).toList();
    List<Future<Void>> waits = new java.util.ArrayList<>();
    lock.lock();
    for (int i = 0; i < forms.size(); i++) {
      waits.add(actors.get(i).start(forms.get(i)));
      actors.get(i).awaitInside("waitTurn");
    }
    lock.close();
    for (Future<Void> wait : waits) {
      assertThatThrownBy(() -> Actor.result(wait)).isInstanceOf(ClosedObjectException.class);
    }
    lock.unlock();
    actors.forEach(Actor::close);
  }

  @Test
  void doesNotReleaseWhatIsHeld() throws Exception {
    String name = names.name();
    ProcessLock lock = ProcessLock.open(name);
    lock.lock();
    lock.lock();
    lock.close();
    try (ProcessLock again = ProcessLock.open(name);
        Actor other = new Actor()) {
      assertThat(again.isHeldByCurrentThread()).isTrue();
      assertThat(again.getHoldCount()).isEqualTo(2);
      assertThat(other.is(again::tryLock)).isFalse();
      lock.unlock();
      assertThat(other.is(again::tryLock)).isFalse();
      lock.unlock();
      assertThat(other.is(again::tryLock)).isTrue();
      other.run(again::unlock);
    }
  }

  @Test
  void unlockingAfterClosingGivesTheObjectBack() {
    ProcessLock lock = ProcessLock.create();
    lock.lock();
    lock.close();
    assertThat(SharedMemory.exists(lock.name())).isTrue();
    lock.unlock();
    assertThat(SharedMemory.exists(lock.name())).isFalse();
  }

  @Test
  void aClosedLockWhoseHolderEndedIsGivenBackInTime() throws Exception {
    ProcessLock lock = ProcessLock.create();
    Actor holder = new Actor();
    holder.run(lock::lock);
    lock.close();
    assertThat(SharedMemory.exists(lock.name())).isTrue();
    holder.end();
    while (SharedMemory.exists(lock.name())) {
      ProcessLock.create().close(); // whoever closes something finds it
    }
  }

  @Test
  void oneHandleOfTwo() throws Exception {
    String name = names.name();
    ProcessLock one = ProcessLock.open(name);
    ProcessLock two = ProcessLock.open(name);
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotSameAs(two);
    one.lock();
    assertThat(two.isHeldByCurrentThread()).isTrue();
    two.lock();
    try (Actor other = new Actor()) {
      Future<Void> inOne = other.start(one::lock);
      other.awaitInside("waitTurn");
      one.close();
      assertThatThrownBy(() -> Actor.result(inOne)).isInstanceOf(ClosedObjectException.class);
      assertThatThrownBy(one::lock).isInstanceOf(ClosedObjectException.class);
      assertThat(two.getHoldCount()).isEqualTo(2);
      Future<Void> inTwo = other.start(two::lock);
      other.awaitInside("waitTurn");
      one.unlock();
      two.unlock();
      Actor.result(inTwo);
      other.run(two::unlock);
    }
    two.close();
  }

  @Test
  void whileOthersLockAndUnlock() throws Exception {
    for (int round = 0; round < 100; round++) {
      ProcessLock lock = ProcessLock.create();
      List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
      List<Future<Void>> begun =
          actors.stream()
              .map(
                  actor ->
                      actor.start(
                          () -> {
                            while (true) {
                              lock.lock();
                              lock.unlock();
                            }
                          }))
              .toList();
      Thread.onSpinWait();
      lock.close();
      for (Future<Void> one : begun) {
        assertThatThrownBy(() -> Actor.result(one)).isInstanceOf(ClosedObjectException.class);
      }
      actors.forEach(Actor::close);
      assertThat(SharedMemory.exists(lock.name())).isFalse();
    }
  }
}
