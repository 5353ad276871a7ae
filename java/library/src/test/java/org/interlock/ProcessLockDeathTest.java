package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.ProcessLock.Hold;
import org.interlock.ProcessLock.OwnerDeath;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An owner that ends while it holds the lock: a thread, or its process. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class ProcessLockDeathTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  private String name;
  private ProcessLock lock;

  @BeforeEach
  void open() {
    name = names.name();
    lock = ProcessLock.open(name);
  }

  @AfterEach
  void close() {
    lock.close();
  }

  private void dieHolding() throws Exception {
    Actor holder = new Actor();
    holder.run(lock::lock);
    holder.end();
  }

  private Worker workerHolding() {
    Worker worker = Worker.start(ObjectWorker.class);
    assertThat(worker.line()).isEqualTo("ready");
    assertThat(worker.ask("t lock " + name)).isEqualTo("locked");
    return worker;
  }

  @Test
  void aThreadThatEnds() throws Exception {
    dieHolding();
    try (Hold hold = lock.hold()) {
      assertThat(hold.previousOwnerDied()).isTrue();
      assertThat(lock.getHoldCount()).isEqualTo(1);
    }
    try (Hold hold = lock.hold()) {
      assertThat(hold.previousOwnerDied()).isFalse();
    }
  }

  @Test
  void aThreadThatEndsWhileOthersWait() throws Exception {
    Actor holder = new Actor();
    holder.run(lock::lock);
    try (Actor one = new Actor();
        Actor two = new Actor()) {
      Future<Hold> first = one.begin(lock::hold);
      one.awaitInside("waitTurn");
      Future<Hold> second = two.begin(lock::hold);
      two.awaitInside("waitTurn");
      holder.end();
      Hold told = Actor.result(first);
      assertThat(told.previousOwnerDied()).isTrue();
      one.run(told::close);
      Hold notTold = Actor.result(second);
      assertThat(notTold.previousOwnerDied()).isFalse();
      two.run(notTold::close);
    }
  }

  @Test
  void aProcessThatIsKilled() {
    Worker worker = workerHolding();
    assertThat(lock.ownerPid()).hasValue(worker.pid());
    assertThat(lock.tryLock()).isFalse();
    worker.kill();
    List<OwnerDeath> deaths = new ArrayList<>();
    lock.onOwnerDeath(deaths::add);
    assertThat(lock.tryLock()).isTrue();
    assertThat(deaths).containsExactly(new OwnerDeath(name, worker.pid()));
    lock.unlock();
    lock.lock();
    lock.unlock();
    assertThat(deaths).hasSize(1);
  }

  @Test
  void aProcessThatIsKilledWhileOthersWait() throws Exception {
    try (Worker worker = workerHolding();
        Actor waiter = new Actor()) {
      List<OwnerDeath> deaths = new ArrayList<>();
      lock.onOwnerDeath(deaths::add);
      Future<Hold> waiting = waiter.begin(lock::hold);
      waiter.awaitInside("waitTurn");
      worker.kill();
      assertThat(Actor.result(waiting).previousOwnerDied()).isTrue();
      assertThat(deaths).containsExactly(new OwnerDeath(name, worker.pid()));
      waiter.run(lock::unlock);
    }
  }

  @Test
  void aProcessThatIsKilledHoldingItThreeTimes() throws Exception {
    try (Worker worker = workerHolding();
        Actor waiter = new Actor()) {
      worker.ask("t lock " + name);
      worker.ask("t lock " + name);
      assertThat(worker.ask("t holds " + name)).isEqualTo("3");
      Future<Hold> waiting = waiter.begin(lock::hold);
      waiter.awaitInside("waitTurn");
      worker.kill();
      assertThat(Actor.result(waiting).previousOwnerDied()).isTrue();
      assertThat(waiter.get(lock::getHoldCount)).isEqualTo(1);
      waiter.run(lock::unlock);
      assertThat(lock.isLocked()).isFalse();
    }
  }

  /** Threads of two processes wait; of all of them one is told, and each has its turn. */
  @Test
  void aProcessThatIsKilledWhileAHundredOthersWait() throws Exception {
    int waiters = 50;
    List<Actor> here = new ArrayList<>();
    List<Future<Boolean>> turns = new ArrayList<>();
    try (Worker worker = workerHolding();
        Worker other = Worker.start(ObjectWorker.class)) {
      assertThat(other.line()).isEqualTo("ready");
      for (int i = 0; i < waiters; i++) {
        Actor actor = new Actor();
        here.add(actor);
        turns.add(
            actor.begin(
                () -> {
                  try (Hold hold = lock.hold()) {
                    return hold.previousOwnerDied();
                  }
                }));
        actor.awaitInside("waitTurn");
        other.tell("t" + i + " hold-once " + name);
      }
      worker.kill();
      int told = 0;
      for (Future<Boolean> turn : turns) {
        told += Actor.result(turn) ? 1 : 0;
        told += Boolean.parseBoolean(other.line()) ? 1 : 0;
      }
      assertThat(told).isEqualTo(1);
    } finally {
      here.forEach(Actor::close);
    }
  }

  @Test
  void aProcessThatIsKilledInItsRepair() throws Exception {
    dieHolding();
    try (Worker worker = Worker.start(ObjectWorker.class);
        Actor waiter = new Actor()) {
      assertThat(worker.line()).isEqualTo("ready");
      worker.ask("t repair-for-ever " + name);
      assertThat(worker.ask("t lock " + name)).isEqualTo("repairing");
      List<OwnerDeath> deaths = new ArrayList<>();
      lock.onOwnerDeath(deaths::add);
      Future<Hold> waiting = waiter.begin(lock::hold);
      waiter.awaitInside("waitTurn");
      assertThat(deaths).isEmpty();
      worker.kill();
      assertThat(Actor.result(waiting).previousOwnerDied()).isTrue();
      assertThat(deaths).containsExactly(new OwnerDeath(name, worker.pid()));
      waiter.run(lock::unlock);
    }
  }

  /** What is closed while it is held stays in the kernel's list of what the process holds. */
  @Test
  void aProcessThatIsKilledWithManyLocksSomeOfThemClosed() {
    List<String> all = new ArrayList<>();
    Worker worker = Worker.start(ObjectWorker.class);
    assertThat(worker.line()).isEqualTo("ready");
    for (int i = 0; i < 9; i++) {
      all.add(names.name());
      assertThat(worker.ask("t lock " + all.get(i))).isEqualTo("locked");
    }
    for (int i = 0; i < 9; i += 3) {
      assertThat(worker.ask("t close " + all.get(i))).isEqualTo("closed");
    }
    List<ProcessLock> locks = all.stream().map(ProcessLock::open).toList();
    assertThat(locks).noneMatch(ProcessLock::tryLock);
    worker.kill();
    for (ProcessLock each : locks) {
      List<OwnerDeath> deaths = new ArrayList<>();
      each.onOwnerDeath(deaths::add);
      each.lock();
      assertThat(deaths).containsExactly(new OwnerDeath(each.name(), worker.pid()));
      each.unlock();
      each.close();
    }
  }

  @Test
  void aThreadOfAnotherProcessThatEndsWhileThisOneWaits() throws Exception {
    try (Worker worker = workerHolding();
        Actor waiter = new Actor()) {
      List<OwnerDeath> deaths = new ArrayList<>();
      lock.onOwnerDeath(deaths::add);
      Future<Hold> waiting = waiter.begin(lock::hold);
      waiter.awaitInside("waitTurn");
      assertThat(worker.ask("t end")).isEqualTo("ended");
      assertThat(Actor.result(waiting).previousOwnerDied()).isTrue();
      assertThat(deaths).containsExactly(new OwnerDeath(name, worker.pid()));
      waiter.run(lock::unlock);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  @Test
  void isToldOnEveryWayOfTaking() throws Exception {
    List<Actor.Check> ways =
        List.of(
            () -> taken(lock::lock),
            () -> taken(lock::lockInterruptibly),
            lock::tryLock,
            () -> lock.tryLock(1, TimeUnit.MINUTES),
            () -> taken(lock::hold),
            () -> lock.tryHold(1, TimeUnit.MINUTES).isPresent());
    for (Actor.Check way : ways) {
      List<OwnerDeath> deaths = new ArrayList<>();
      lock.onOwnerDeath(
          death -> {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            deaths.add(death);
          });
      dieHolding();
      while (!way.ask()) {
        Thread.onSpinWait(); // the thread of the system ends a little after Java's
      }
      assertThat(deaths).containsExactly(new OwnerDeath(name, ProcessHandle.current().pid()));
      lock.unlock();
    }
  }

  private static boolean taken(Actor.Step step) throws Exception {
    step.run();
    return true;
  }

  @Test
  void aRepairThatThrowsLetsGoAndTheNextIsTold() throws Exception {
    dieHolding();
    lock.onOwnerDeath(
        death -> {
          throw new IllegalStateException("too broken");
        });
    assertThatThrownBy(lock::lock).hasMessage("too broken");
    assertThat(lock.isHeldByCurrentThread()).isFalse();
    assertThat(lock.isLocked()).isFalse();
    assertThatThrownBy(lock::tryLock).hasMessage("too broken");
    List<OwnerDeath> deaths = new ArrayList<>();
    lock.onOwnerDeath(deaths::add);
    lock.lock();
    assertThat(deaths).hasSize(1);
    lock.unlock();
    lock.lock();
    assertThat(deaths).hasSize(1);
    lock.unlock();
  }

  @Test
  void aRepairThatThrowsHereIsToldToAnotherProcess() throws Exception {
    dieHolding();
    lock.onOwnerDeath(
        death -> {
          throw new IllegalStateException("too broken");
        });
    assertThatThrownBy(lock::lock).hasMessage("too broken");
    try (Worker worker = Worker.start(ObjectWorker.class)) {
      assertThat(worker.line()).isEqualTo("ready");
      worker.ask("t repair " + name);
      worker.ask("t lock " + name);
      assertThat(worker.ask("t told " + name)).isEqualTo("1");
      worker.ask("t unlock " + name);
    }
    lock.lock();
    lock.unlock();
  }

  @Test
  void anOwnerThatDiesBeforeItHasRepairedIsTold() throws Exception {
    dieHolding();
    Worker worker = workerHolding();
    worker.kill();
    List<OwnerDeath> deaths = new ArrayList<>();
    lock.onOwnerDeath(deaths::add);
    lock.lock();
    assertThat(deaths).containsExactly(new OwnerDeath(name, worker.pid()));
    lock.unlock();
  }

  @Test
  void aRepairMayTakeTheLockAgain() throws Exception {
    dieHolding();
    lock.onOwnerDeath(
        death -> {
          lock.lock();
          assertThat(lock.getHoldCount()).isEqualTo(2);
          lock.unlock();
        });
    lock.lock();
    assertThat(lock.getHoldCount()).isEqualTo(1);
    lock.unlock();
  }

  @Test
  void aRepairMustNotLetGo() throws Exception {
    dieHolding();
    lock.onOwnerDeath(death -> lock.unlock());
    assertThatThrownBy(lock::lock)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("repair");
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void aRepairThatFailsLetsGoOfAllItTook() throws Exception {
    dieHolding();
    lock.onOwnerDeath(
        death -> {
          lock.lock();
          throw new IllegalStateException("twice");
        });
    assertThatThrownBy(lock::lock).hasMessage("twice");
    assertThat(lock.isLocked()).isFalse();
    lock.onOwnerDeath(death -> {});
    lock.lock();
    lock.unlock();
  }

  @Test
  void whoOnlyLooksDoesNotSwallowTheNews() throws Exception {
    dieHolding();
    while (lock.isLocked()) {
      Thread.onSpinWait(); // the thread of the system ends a little after Java's
    }
    assertThat(lock.ownerPid()).isEmpty();
    assertThat(lock.toString()).contains("free");
    assertThat(lock.hold().previousOwnerDied()).isTrue();
    lock.unlock();
  }

  @Test
  void aProcessThatOnlyWaitedLeavesNothing() {
    lock.lock();
    try (Worker worker = Worker.start(ObjectWorker.class)) {
      assertThat(worker.line()).isEqualTo("ready");
      worker.ask("t open " + name);
      worker.tell("t lock " + name);
      worker.kill();
    }
    lock.unlock();
    try (Hold hold = lock.hold()) {
      assertThat(hold.previousOwnerDied()).isFalse();
    }
  }
}
