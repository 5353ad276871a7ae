package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.SharedWorkers;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events, semaphores and conditions between processes, some of which are killed or stopped. */
class SyncProcessesTest {
  private static final int ROUNDS = 2;

  @RegisterExtension static final SharedWorkers workers = new SharedWorkers(SyncWorker::start);

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private String name;

  @BeforeEach
  void choose() {
    name = names.name();
  }

  private static void awaitEvent(Worker worker, String thread, String name) {
    SyncWorker.block(worker, thread + " event-await " + name, "run");
  }

  private static void acquire(Worker worker, String name) {
    SyncWorker.block(worker, "t semaphore-acquire " + name, "waitTurn");
  }

  private static void awaitTurn(Worker worker, String thread, String name) {
    SyncWorker.block(worker, thread + " lock-locked-await " + name + " turn", "sleepWithoutLock");
  }

  // ------------------------------------------------------------------ events

  @Test
  void anEventIsOneForAll() throws Exception {
    Worker worker = workers.get();
    try (ProcessEvent event = ProcessEvent.open(name);
        Actor waiter = new Actor()) {
      assertThat(worker.ask("t event-get " + name)).isEqualTo("false");
      event.set();
      assertThat(worker.ask("t event-get " + name)).isEqualTo("true");
      assertThat(worker.ask("t event-clear " + name)).isEqualTo("cleared");
      assertThat(event.isSet()).isFalse();
      Future<Void> waiting = waiter.start(event::await);
      waiter.awaitInside("run");
      assertThat(worker.ask("t event-await-for " + name + " 20")).isEqualTo("false");
      assertThat(worker.ask("t event-set " + name)).isEqualTo("set");
      Actor.result(waiting);
    }
  }

  @Test
  void whoeverWaitsWhenItIsSetIsLetGoInEveryProcess() {
    Worker one = workers.get();
    Worker two = workers.get();
    try (ProcessEvent event = ProcessEvent.open(name)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (Worker worker : List.of(one, two)) {
          awaitEvent(worker, "a", name);
          awaitEvent(worker, "b", name);
        }
        event.set();
        event.clear();
        for (Worker worker : List.of(one, two, one, two)) {
          assertThat(worker.line()).isEqualTo("awaited");
        }
      }
    }
  }

  @Test
  void killedAndStoppedWaitersHinderNoSetting() throws Exception {
    Worker stopped = workers.get();
    Worker alive = workers.get();
    try (ProcessEvent event = ProcessEvent.open(name);
        Worker killed = SyncWorker.start()) {
      for (Worker worker : List.of(stopped, alive, killed)) {
        awaitEvent(worker, "t", name);
      }
      stopped.stop();
      killed.kill();
      for (int i = 0; i < 100; i++) {
        event.set();
        event.clear();
      }
      assertThat(alive.line()).isEqualTo("awaited");
      stopped.signal("CONT");
      assertThat(stopped.line()).isEqualTo("awaited");
    }
  }

  // ------------------------------------------------------------------ semaphores

  @Test
  void permitsGoFromProcessToProcess() throws Exception {
    Worker worker = workers.get();
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(name, 1)) {
      assertThat(worker.ask("t semaphore-acquire " + name)).isEqualTo("acquired");
      assertThat(semaphore.tryAcquire()).isFalse();
      acquire(worker, name);
      semaphore.release(2); // nobody owns them
      assertThat(worker.line()).isEqualTo("acquired");
      assertThat(semaphore.tryAcquire()).isTrue();
      assertThat(worker.ask("t semaphore-try-for " + name + " 30")).isEqualTo("false");
      assertThat(worker.ask("t semaphore-release " + name + " 3")).isEqualTo("released");
      assertThat(semaphore.availablePermits()).isEqualTo(3);
    }
  }

  @Test
  void aKilledHoldersPermitIsLostAndAKilledWaiterTakesNone() throws Exception {
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(name, 1)) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker holder = SyncWorker.start();
            Worker waiter = SyncWorker.start()) {
          assertThat(holder.ask("t semaphore-acquire " + name)).isEqualTo("acquired");
          acquire(waiter, name);
          holder.kill();
          waiter.kill();
          assertThat(semaphore.tryAcquire(150, TimeUnit.MILLISECONDS)).isFalse();
          semaphore.release();
          assertThat(semaphore.tryAcquire(1, TimeUnit.HOURS)).isTrue();
          semaphore.release();
        }
      }
    }
  }

  @Test
  void aStoppedWaiterHoldsUpNobody() throws Exception {
    Worker stopped = workers.get();
    Worker alive = workers.get();
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(name, 0)) {
      for (Worker worker : List.of(stopped, alive)) {
        acquire(worker, name);
      }
      stopped.stop();
      semaphore.release();
      assertThat(alive.line()).isEqualTo("acquired"); // though the wake-up went to the other
      semaphore.release();
      stopped.signal("CONT");
      assertThat(stopped.line()).isEqualTo("acquired");
    }
  }

  @Tag("linux") // looks for the file of an anonymous semaphore, which has no name elsewhere
  @Test
  void anAnonymousOneGoesWithItsProcesses() {
    String left;
    try (Worker worker = SyncWorker.start()) {
      left = worker.ask("t semaphore-create - 3");
      assertThat(semaphoreFile(left)).exists();
      assertThat(SharedMemory.exists(left)).isTrue(); // the segment that tells who uses it
      worker.kill();
    }
    try (Worker next = SyncWorker.start()) {
      next.ask("t semaphore-create - 1"); // sweeps, but what another program is just sweeping
      SharedMemory.awaitSwept(left);
      assertThat(semaphoreFile(left)).doesNotExist(); // it goes first
      String own = next.ask("t semaphore-create - 1");
      next.signal("TERM");
      assertThat(next.exitCode()).isEqualTo(143);
      assertThat(semaphoreFile(own)).doesNotExist();
      assertThat(SharedMemory.exists(own)).isFalse();
    }
  }

  private static Path semaphoreFile(String anonymous) {
    return Path.of("/dev/shm/sem.interlock." + anonymous);
  }

  // ------------------------------------------------------------------ conditions

  private static void lockedSignal(ProcessLock lock, Condition condition) {
    lock.lock();
    condition.signal();
    lock.unlock();
  }

  @Test
  void aNamedConditionIsTheSameInEveryProcess() throws Exception {
    Worker worker = workers.get();
    try (ProcessLock lock = ProcessLock.open(name);
        Actor waiter = new Actor()) {
      Condition turn = lock.condition("turn");
      awaitTurn(worker, "t", name);
      lockedSignal(lock, lock.condition("other"));
      lockedSignal(lock, turn);
      assertThat(worker.line()).isEqualTo("signalled");
      Future<Void> waiting =
          waiter.start(
              () -> {
                lock.lock();
                turn.await();
                lock.unlock();
              });
      waiter.awaitInside("sleepWithoutLock");
      assertThat(worker.ask("t lock-lock " + name)).isEqualTo("locked");
      assertThat(worker.ask("t lock-signal-all " + name + " turn")).isEqualTo("signalling");
      assertThat(worker.ask("t lock-unlock " + name)).isEqualTo("unlocked");
      Actor.result(waiting);
    }
  }

  @Test
  void aSignalWhoseReceiverIsKilledGoesToAnother() {
    Worker second = workers.get();
    try (ProcessLock lock = ProcessLock.open(name)) {
      Condition turn = lock.condition("turn");
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker first = SyncWorker.start()) {
          awaitTurn(first, "t", name);
          lock.lock(); // the first has let go of it, and is the one who has waited longest
          lock.unlock();
          awaitTurn(second, "t", name);
          lock.lock();
          turn.signal(); // to the first, which can not have the lock yet
          first.kill();
          lock.unlock();
          assertThat(second.line()).isEqualTo("signalled");
        }
      }
    }
  }

  @Test
  void aStoppedWaiterThatWasSignalledKeepsTheSignal() throws Exception {
    Worker first = workers.get();
    Worker second = workers.get();
    try (ProcessLock lock = ProcessLock.open(name)) {
      Condition turn = lock.condition("turn");
      awaitTurn(first, "t", name);
      lock.lock(); // the first has let go of it, and is the one who has waited longest
      lock.unlock();
      first.stop();
      awaitTurn(second, "t", name);
      lockedSignal(lock, turn);
      Thread.sleep(300); // as long as it takes to find the signals of the dead
      assertThat(second.hasSaid()).isFalse();
      lockedSignal(lock, turn);
      assertThat(second.line()).isEqualTo("signalled");
      first.signal("CONT");
      assertThat(first.line()).isEqualTo("signalled");
    }
  }

  @Test
  void killedWaitersNeverBlockASignal() {
    Worker alive = workers.get();
    try (ProcessLock lock = ProcessLock.open(name)) {
      Condition turn = lock.condition("turn");
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker killed = SyncWorker.start()) {
          for (String thread : List.of("a", "b", "c")) {
            awaitTurn(killed, thread, name);
          }
          awaitTurn(alive, "t", name);
          killed.kill();
          lock.lock();
          turn.signal();
          turn.signalAll();
          lock.unlock();
          assertThat(alive.line()).isEqualTo("signalled");
        }
      }
    }
  }

  @Test
  void aSignalOfAKilledOwnerCountsAndItsDeathIsTold() throws Exception {
    try (ProcessLock lock = ProcessLock.open(name);
        Worker signaller = SyncWorker.start();
        Actor waiter = new Actor()) {
      Condition turn = lock.condition("turn");
      List<ProcessLock.OwnerDeath> deaths = new ArrayList<>();
      lock.onOwnerDeath(deaths::add);
      Future<Boolean> waiting =
          waiter.begin(
              () -> {
                try (ProcessLock.Hold hold = lock.hold()) {
                  turn.await();
                  return hold.previousOwnerDied();
                }
              });
      waiter.awaitInside("sleepWithoutLock");
      assertThat(signaller.ask("t lock-lock " + name)).isEqualTo("locked");
      assertThat(signaller.ask("t lock-signal " + name + " turn")).isEqualTo("signalling");
      assertThat(waiting.isDone()).isFalse();
      signaller.kill();
      assertThat(Actor.result(waiting)).isTrue();
      assertThat(deaths).containsExactly(new ProcessLock.OwnerDeath(name, signaller.pid()));
    }
  }

  @Test
  void aWaiterThatIsKilledLeavesTheLockFree() {
    try (ProcessLock lock = ProcessLock.open(name);
        Worker waiter = SyncWorker.start()) {
      awaitTurn(waiter, "t", name);
      lock.lock(); // it has let go of it
      lock.unlock();
      waiter.kill();
      try (ProcessLock.Hold hold = lock.hold()) {
        assertThat(hold.previousOwnerDied()).isFalse();
        lock.condition("turn").signalAll();
      }
    }
  }
}
