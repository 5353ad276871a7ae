package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Future;
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

/** Barriers between processes, some of which are killed, stopped, or end in other ways. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class ProcessBarrierProcessesTest {
  private static final int ROUNDS = 3;

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

  private static void arrive(Worker worker, String thread, String name) {
    SyncWorker.block(worker, thread + " barrier-await " + name, "run");
  }

  private static void isBroken(Worker worker) {
    assertThat(worker.line()).contains("BrokenBarrierException");
  }

  @Test
  void threadsOfAllProcessesAreParties() throws Exception {
    Worker one = workers.get();
    Worker two = workers.get();
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 4)) {
      for (int round = 0; round < 20; round++) {
        arrive(one, "a", name);
        arrive(one, "b", name);
        arrive(two, "a", name);
        assertThat(barrier.getNumberWaiting()).isEqualTo(3);
        assertThat(barrier.await()).isZero();
        Set<String> indices = new TreeSet<>(List.of(one.line(), one.line(), two.line()));
        assertThat(indices).containsExactly("1", "2", "3");
      }
    }
  }

  @Test
  void theLastToComeIsKilledAndTheOthersGoOn() throws Exception {
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 2);
        Actor here = new Actor()) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker last = SyncWorker.start()) {
          assertThat(last.ask("t barrier-open " + name)).contains("ProcessBarrier");
          Future<Integer> waiting = here.begin(barrier::await);
          here.awaitInside("run");
          assertThat(last.ask("t barrier-await " + name)).isEqualTo("0");
          last.kill();
          assertThat(Actor.result(waiting)).isEqualTo(1);
          assertThat(barrier.isBroken()).isTrue(); // for who comes now
          barrier.reset();
          assertThat(barrier.isBroken()).isFalse();
        }
      }
    }
  }

  @Test
  void theDeathOfAProcessBreaksItWhetherItWaitsOrNot() throws Exception {
    Worker other = workers.get();
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 3);
        Actor here = new Actor()) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker killed = SyncWorker.start()) {
          Future<Integer> waiting = here.begin(barrier::await);
          here.awaitInside("run");
          if (round % 2 == 0) {
            arrive(killed, "t", name);
          } else {
            assertThat(killed.ask("t barrier-broken " + name)).isEqualTo("false");
            arrive(other, "t", name);
          }
          if (round == ROUNDS - 1) {
            killed.stop();
          }
          killed.kill();
          assertThatThrownBy(() -> Actor.result(waiting))
              .isInstanceOf(BrokenBarrierException.class);
          if (round % 2 != 0) {
            isBroken(other);
          }
          assertThat(barrier.isBroken()).isTrue();
          assertThat(other.ask("t barrier-await " + name)).contains("BrokenBarrierException");
          assertThat(other.ask("t barrier-reset " + name)).isEqualTo("reset");
          assertThat(barrier.isBroken()).isFalse();
        }
      }
    }
  }

  /** Its slot, and with it its word, goes to the next. */
  @Test
  void aDeathIsNotForgottenThoughAnotherProcessTookItsPlace() throws Exception {
    Worker next = workers.get();
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 3)) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Worker killed = SyncWorker.start()) {
          if (round % 2 == 0) {
            arrive(killed, "t", name);
          } else {
            assertThat(killed.ask("t barrier-broken " + name)).isEqualTo("false");
          }
          killed.kill();
          assertThat(next.ask("t barrier-await-for " + name + " 60000"))
              .contains("BrokenBarrierException");
          assertThat(barrier.isBroken()).isTrue();
          barrier.reset();
          assertThat(next.ask("t barrier-broken " + name)).isEqualTo("false");
          assertThat(next.ask("t barrier-close " + name)).isEqualTo("closed");
          assertThat(barrier.isBroken()).isFalse();
        }
      }
    }
  }

  @Test
  void exitingBreaksItAndClosingDoesNot() throws Exception {
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 2);
        Actor here = new Actor()) {
      try (Worker closing = SyncWorker.start()) {
        assertThat(closing.ask("t barrier-broken " + name)).isEqualTo("false");
        assertThat(closing.ask("t barrier-close " + name)).isEqualTo("closed");
        closing.tell("t barrier-exit - 0");
        assertThat(closing.exitCode()).isZero();
      }
      assertThat(barrier.isBroken()).isFalse();
      try (Worker exiting = SyncWorker.start()) {
        assertThat(exiting.ask("t barrier-broken " + name)).isEqualTo("false");
        Future<Integer> waiting = here.begin(barrier::await);
        here.awaitInside("run");
        exiting.tell("t barrier-exit - 0");
        assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(BrokenBarrierException.class);
      }
    }
  }

  @Test
  void closingBreaksItIfAThreadWaits() throws Exception {
    Worker closing = workers.get();
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 3);
        Actor here = new Actor()) {
      Future<Integer> waiting = here.begin(barrier::await);
      here.awaitInside("run");
      arrive(closing, "t", name);
      closing.tell("u barrier-close " + name);
      assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(BrokenBarrierException.class);
      assertThat(List.of(closing.line(), closing.line()))
          .contains("closed")
          .anyMatch(line -> line.contains("ClosedObjectException"));
    }
  }

  @Test
  void whoIsStoppedAfterItCameHoldsUpNobody() throws Exception {
    Worker stopped = workers.get();
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 2)) {
      for (int round = 0; round < ROUNDS; round++) {
        arrive(stopped, "t", name);
        stopped.stop();
        assertThat(barrier.await()).isZero();
        assertThat(barrier.isBroken()).isFalse();
        stopped.signal("CONT");
        assertThat(stopped.line()).isEqualTo("1");
      }
    }
  }

  @Test
  void aNameThatNobodyHasOpenIsOpenedLikeANewOne() {
    ProcessBarrier.open(name, 2).close();
    for (int round = 0; round < 3; round++) {
      try (Worker killed = SyncWorker.start()) {
        arrive(killed, "t", name);
        killed.kill();
      }
    }
    try (ProcessBarrier barrier = ProcessBarrier.open(name, 2)) {
      assertThat(barrier.isBroken()).isFalse();
      assertThat(barrier.getNumberWaiting()).isZero();
    }
  }

  @Test
  void childrenAndTheirParent() throws Exception {
    ProcessBarrier barrier = ProcessBarrier.create(3);
    for (int round = 0; round < 2; round++) { // what a task that returned left open is closed
      ChildProcess one = ChildProcess.start(barrier::await);
      ChildProcess two = ChildProcess.start(barrier::await);
      barrier.await();
      for (ChildProcess child : new ChildProcess[] {one, two}) {
        child.join();
        assertThat(child.exitCode()).hasValue(0);
      }
    }
    assertThat(barrier.isBroken()).isFalse();
    barrier.close();
    assertThat(SharedMemory.exists(barrier.name())).isFalse();
  }

  @Test
  void aChildThatFailsBreaksIt() throws Exception {
    try (ProcessBarrier barrier = ProcessBarrier.create(2)) {
      Task failing =
          () -> {
            if (barrier.getParties() == 2) {
              throw new IllegalStateException("as it should");
            }
          };
      ChildProcess failed = ChildProcess.builder(failing).discardOutput().start();
      assertThatThrownBy(barrier::await).isInstanceOf(BrokenBarrierException.class);
      failed.join();
      barrier.reset();
      ChildProcess exiting =
          ChildProcess.start(
              () -> {
                if (barrier.getParties() == 2) {
                  System.exit(3);
                }
              });
      assertThatThrownBy(barrier::await).isInstanceOf(BrokenBarrierException.class);
      exiting.join();
      assertThat(exiting.exitCode()).hasValue(3);
    }
  }

  @Test
  void aChildThatIsKilledBeforeItHasItsTaskBreaksIt() throws Exception {
    try (ProcessBarrier barrier = ProcessBarrier.create(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        ChildProcess child = ChildProcess.start(barrier::await);
        child.kill();
        assertThatThrownBy(
                () -> {
                  barrier.await();
                  barrier.await(); // it was faster
                })
            .isInstanceOf(BrokenBarrierException.class);
        child.join();
        barrier.reset();
      }
    }
  }

  @Test
  void aChildThatWasNotStartedBreaksNothing() throws Exception {
    try (ProcessBarrier barrier = ProcessBarrier.create(1)) {
      Object notSerializable = new Object();
      Task task =
          () -> {
            barrier.await();
            assertThat(notSerializable).isNotNull();
          };
      assertThatThrownBy(() -> ChildProcess.start(task))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(barrier.isBroken()).isFalse();
      assertThat(barrier.await()).isZero();
    }
  }
}
