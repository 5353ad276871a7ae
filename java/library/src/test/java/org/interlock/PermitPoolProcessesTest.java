package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.PermitPool.Permit;
import org.interlock.children.Leftovers;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.SharedWorkers;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Permits between processes, some of which are killed or stopped. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class PermitPoolProcessesTest {
  private static final int ROUNDS = 2;

  @RegisterExtension static final SharedWorkers workers = new SharedWorkers(SyncWorker::start);

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private String name;

  @BeforeAll
  static void prepareWorkers() {
    workers.prepare(2);
  }

  @BeforeEach
  void choose() {
    name = names.name();
  }

  private static void acquire(Worker worker, String thread, String name, int permits) {
    SyncWorker.block(worker, thread + " permits-acquire " + name + " " + permits, "run");
  }

  @Test
  void permitsGoFromProcessToProcess() throws Exception {
    Worker worker = workers.get();
    try (PermitPool pool = PermitPool.open(name, 3)) {
      Permit two = pool.acquire(2);
      assertThat(worker.ask("t permits-available " + name)).isEqualTo("1");
      assertThat(worker.ask("t permits-try " + name)).isEqualTo("true");
      assertThat(worker.ask("t permits-try " + name)).isEqualTo("false");
      assertThat(worker.ask("t permits-try-for " + name + " 20")).isEqualTo("false");
      acquire(worker, "t", name, 2);
      two.close();
      assertThat(worker.line()).isEqualTo("acquired");
      assertThat(pool.tryAcquire()).isEmpty();
      assertThat(worker.ask("u permits-release " + name)).isEqualTo("released");
      assertThat(worker.ask("t permits-close " + name)).isEqualTo("closed");
      assertThat(pool.availablePermits()).isEqualTo(1); // closing gives nothing back
      assertThat(worker.ask("v permits-release " + name)).isEqualTo("released");
      assertThat(pool.availablePermits()).isEqualTo(3);
    }
  }

  @Test
  void aKilledHoldersPermitsComeBackToWhoWaitsAndToWhoComes() throws Exception {
    Worker waiter = workers.get();
    try (PermitPool pool = PermitPool.open(name, 4);
        Actor here = new Actor()) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker holder = SyncWorker.start()) {
          assertThat(holder.ask("t permits-acquire " + name + " 3")).isEqualTo("acquired");
          assertThat(holder.ask("u permits-acquire " + name + " 1")).isEqualTo("acquired");
          assertThat(pool.availablePermits()).isZero();
          acquire(waiter, "t", name, 3);
          Future<Permit> waiting = here.begin(() -> pool.acquire());
          here.awaitInside("run");
          holder.kill();
          assertThat(waiter.line()).isEqualTo("acquired");
          Actor.result(waiting).close();
          assertThat(pool.availablePermits()).isEqualTo(1);
          assertThat(waiter.ask("t permits-release " + name)).isEqualTo("released");
        }
        try (Worker holder = SyncWorker.start()) {
          assertThat(holder.ask("t permits-acquire " + name + " 4")).isEqualTo("acquired");
          assertThat(pool.tryAcquire()).isEmpty();
          holder.kill();
          Permit one = pool.tryAcquire().orElseThrow();
          assertThat(pool.availablePermits()).isEqualTo(3);
          one.close();
        }
      }
    }
  }

  /** The one that waits for more must let the others in this JVM have what is of no use to it. */
  @Test
  void aKilledHoldersPermitsReachASmallWaiterBehindALargeOne() throws Exception {
    try (PermitPool pool = PermitPool.open(name, 2);
        Worker holder = SyncWorker.start();
        Actor large = new Actor();
        Actor small = new Actor()) {
      Permit held = pool.acquire();
      assertThat(holder.ask("t permits-acquire " + name + " 1")).isEqualTo("acquired");
      Future<Permit> all = large.begin(() -> pool.acquire(2));
      large.awaitInside("run");
      Future<Permit> one = small.begin(() -> pool.acquire());
      small.awaitInside("run");
      holder.kill();
      Actor.result(one).close();
      held.close();
      Actor.result(all).close();
    }
  }

  @Test
  void aKilledWaiterHindersNobody() throws Exception {
    Worker alive = workers.get();
    try (PermitPool pool = PermitPool.open(name, 2)) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker killed = SyncWorker.start()) {
          Permit all = pool.acquire(2);
          acquire(killed, "t", name, 2);
          acquire(killed, "u", name, 1);
          acquire(alive, "t", name, 1 + round % 2);
          Thread.sleep(round % 2 == 0 ? 0 : 200); // then it comes first
          killed.kill();
          all.close();
          assertThat(alive.line()).isEqualTo("acquired");
          assertThat(alive.ask("t permits-release " + name)).isEqualTo("released");
          assertThat(pool.availablePermits()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void aStoppedWaiterHoldsUpNobodyAndAStoppedHolderKeepsWhatItHolds() throws Exception {
    Worker stopped = workers.get();
    Worker alive = workers.get();
    try (PermitPool pool = PermitPool.open(name, 2)) {
      for (int round = 0; round < ROUNDS; round++) {
        Permit all = pool.acquire(2);
        acquire(stopped, "t", name, 2);
        acquire(alive, "t", name, 1 + round % 2);
        Thread.sleep(round % 2 == 0 ? 0 : 200); // then it comes first
        stopped.stop();
        all.close();
        assertThat(alive.line()).isEqualTo("acquired");
        pool.tryAcquire().ifPresent(Permit::close);
        assertThat(alive.ask("t permits-release " + name)).isEqualTo("released");
        pool.acquire(2).close();
        stopped.signal("CONT");
        assertThat(stopped.line()).isEqualTo("acquired");
        stopped.stop();
        assertThat(pool.tryAcquire(150, TimeUnit.MILLISECONDS)).isEmpty();
        stopped.signal("CONT");
        assertThat(stopped.ask("t permits-release " + name)).isEqualTo("released");
        assertThat(pool.availablePermits()).isEqualTo(2);
      }
    }
  }

  @Test
  void aStoppedWaiterThatIsKilledHindersNobody() throws Exception {
    try (PermitPool pool = PermitPool.open(name, 2);
        Worker stopped = SyncWorker.start()) {
      Permit all = pool.acquire(2);
      acquire(stopped, "t", name, 2);
      Thread.sleep(200);
      stopped.stop();
      stopped.kill();
      all.close();
      pool.acquire(2).close();
    }
  }

  @Test
  void anAnonymousPoolGoesWithItsProcesses() throws Exception {
    try (Worker worker = SyncWorker.start()) {
      String held = worker.ask("t permits-create - 3");
      String free = worker.ask("t permits-create - 3");
      assertThat(worker.ask("t permits-acquire " + held + " 2")).isEqualTo("acquired");
      worker.signal("TERM");
      assertThat(worker.exitCode()).isEqualTo(143);
      assertThat(SharedMemory.exists(held)).isFalse();
      assertThat(SharedMemory.exists(free)).isFalse();
    }
  }

  @Test
  void aChildHasThePoolAndNoneOfThePermits() throws Exception {
    PermitPool pool = PermitPool.create(2);
    try (ProcessQueue<Integer> said = ProcessQueue.create(Codec.objects(), 4);
        ProcessQueue<PermitPool> pools = ProcessQueue.create(Codec.objects(), 1)) {
      Permit held = pool.acquire();
      ChildProcess child =
          ChildProcess.start(
              () -> {
                said.put(pool.availablePermits());
                pool.acquire(); // and ends with it
                said.put(pool.availablePermits());
                try (PermitPool same = pools.take()) {
                  said.put(same.equals(pool) ? 1 : 0);
                }
              });
      assertThat(said.take()).isEqualTo(1);
      assertThat(said.take()).isZero();
      pools.put(pool);
      assertThat(said.take()).isEqualTo(1);
      child.join();
      assertThat(child.exitCode()).hasValue(0);
      assertThat(pool.availablePermits()).isEqualTo(1);
      held.close();
    }
    pool.close();
    assertThat(SharedMemory.exists(pool.name())).isFalse();
  }
}
