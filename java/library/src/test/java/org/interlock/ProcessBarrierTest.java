package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process: each method, how it waits and what ends the wait. */
class ProcessBarrierTest {
  private static final String WAITING = "run";

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor first = new Actor();
  private final Actor second = new Actor();
  private ProcessBarrier barrier;

  @BeforeEach
  void open() {
    barrier = ProcessBarrier.create(3);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    barrier.close();
  }

  private Future<Integer> arrive(Actor actor) {
    Future<Integer> arrived = actor.begin(barrier::await);
    actor.awaitInside(WAITING);
    return arrived;
  }

  private Future<Integer> arriveFor(Actor actor, ProcessBarrier where) {
    Future<Integer> arrived = actor.begin(() -> where.await(1, TimeUnit.HOURS));
    actor.awaitInside(WAITING);
    return arrived;
  }

  private static void isBrokenFor(Future<Integer> waiting) {
    assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(BrokenBarrierException.class);
  }

  private void passesAsNew() throws Exception {
    assertThat(barrier.isBroken()).isFalse();
    assertThat(barrier.getNumberWaiting()).isZero();
    Future<Integer> one = arrive(first);
    Future<Integer> two = arriveFor(second, barrier);
    assertThat(barrier.await()).isZero();
    assertThat(Actor.result(one)).isEqualTo(2);
    assertThat(Actor.result(two)).isEqualTo(1);
  }

  @Test
  void theLastToComeLetsAllGo() throws Exception {
    assertThat(barrier.getParties()).isEqualTo(3);
    assertThat(barrier).hasToString("ProcessBarrier[" + barrier.name() + ", 0 of 3 waiting]");
    for (int round = 0; round < 50; round++) {
      Future<Integer> one = arrive(first);
      assertThat(barrier.getNumberWaiting()).isEqualTo(1);
      Future<Integer> two = arriveFor(second, barrier);
      assertThat(barrier.getNumberWaiting()).isEqualTo(2);
      assertThat(barrier.toString()).contains("2 of 3 waiting");
      assertThat(one.isDone() || two.isDone()).isFalse();
      assertThat(barrier.await(0, TimeUnit.SECONDS)).isZero();
      assertThat(Actor.result(one)).isEqualTo(2);
      assertThat(Actor.result(two)).isEqualTo(1);
      assertThat(barrier.getNumberWaiting()).isZero();
    }
  }

  @Test
  void nobodyIsThroughBeforeAllCame() throws Exception {
    int cycles = 300;
    AtomicInteger[] came = new AtomicInteger[cycles];
    AtomicInteger lasts = new AtomicInteger();
    for (int cycle = 0; cycle < cycles; cycle++) {
      came[cycle] = new AtomicInteger();
    }
    List<Future<Void>> running = new ArrayList<>();
    List<Actor> actors = List.of(first, second, new Actor());
    for (Actor actor : actors) {
      running.add(
          actor.start(
              () -> {
                for (int cycle = 0; cycle < cycles; cycle++) {
                  came[cycle].incrementAndGet();
                  if (barrier.await() == 0) {
                    lasts.incrementAndGet();
                  }
                  assertThat(came[cycle]).hasValue(3);
                }
              }));
    }
    for (Future<Void> one : running) {
      Actor.result(one);
    }
    assertThat(lasts).hasValue(cycles);
    actors.forEach(Actor::close);
  }

  @Test
  void oneParty() throws Exception {
    try (ProcessBarrier alone = ProcessBarrier.create(1)) {
      for (int round = 0; round < 100; round++) {
        assertThat(alone.await()).isZero();
        assertThat(alone.await(0, TimeUnit.SECONDS)).isZero();
      }
      assertThat(alone.isBroken()).isFalse();
    }
  }

  @Test
  void aTimeoutBreaksIt() throws Exception {
    Future<Integer> waiting = arrive(first);
    long start = System.nanoTime();
    assertThatThrownBy(() -> second.run(() -> barrier.await(150, TimeUnit.MILLISECONDS)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining(barrier.name());
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
    isBrokenFor(waiting);
    isBrokenForWhoComes();
    barrier.reset();
    passesAsNew();
  }

  @Test
  void noTimeAtAllBreaksItToo() throws Exception {
    for (long time : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> barrier.await(time, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      isBrokenForWhoComes();
      barrier.reset();
    }
    passesAsNew();
  }

  private void isBrokenForWhoComes() {
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.getNumberWaiting()).isZero();
    assertThat(barrier).hasToString("ProcessBarrier[" + barrier.name() + ", broken]");
    assertThatThrownBy(() -> barrier.await())
        .isInstanceOf(BrokenBarrierException.class)
        .hasMessageContaining(barrier.name());
    assertThatThrownBy(() -> barrier.await(1, TimeUnit.HOURS))
        .isInstanceOf(BrokenBarrierException.class);
  }

  @Test
  void anInterruptBreaksIt() throws Exception {
    Future<Integer> one = arrive(first);
    Future<Integer> two = arriveFor(second, barrier);
    first.thread().interrupt();
    assertThatThrownBy(() -> Actor.result(one)).isInstanceOf(InterruptedException.class);
    assertThat(first.is(Thread::interrupted)).isFalse();
    isBrokenFor(two);
    isBrokenForWhoComes();
    barrier.reset();
    passesAsNew();
  }

  @Test
  void anInterruptBeforeTheCallBreaksIt() throws Exception {
    Future<Integer> waiting = arrive(first);
    Actor.Step interrupted =
        () -> {
          Thread.currentThread().interrupt();
          barrier.await();
        };
    assertThatThrownBy(() -> second.run(interrupted)).isInstanceOf(InterruptedException.class);
    assertThat(second.is(Thread::interrupted)).isFalse();
    isBrokenFor(waiting);
    Actor.Check keptForLater =
        () -> {
          assertThatThrownBy(interrupted::run).isInstanceOf(BrokenBarrierException.class);
          return Thread.interrupted();
        };
    assertThat(second.is(keptForLater)).isTrue();
    barrier.reset();
    passesAsNew();
  }

  @Test
  void abortBreaksIt() throws Exception {
    Future<Integer> one = arrive(first);
    Future<Integer> two = arriveFor(second, barrier);
    barrier.abort();
    isBrokenFor(one);
    isBrokenFor(two);
    isBrokenForWhoComes();
    barrier.abort();
    barrier.reset();
    passesAsNew();
  }

  @Test
  void resetIsABreakForThoseWhoWait() throws Exception {
    for (int round = 0; round < 40; round++) {
      Future<Integer> one = arrive(first);
      Future<Integer> two = arriveFor(second, barrier);
      barrier.reset();
      isBrokenFor(one);
      isBrokenFor(two);
      assertThat(barrier.isBroken()).isFalse();
    }
    barrier.reset();
    passesAsNew();
  }

  @Test
  void closingBreaksItForThoseWhoWaitThroughOtherHandles() throws Exception {
    String name = names.name();
    ProcessBarrier one = ProcessBarrier.open(name, 3);
    try (ProcessBarrier two = ProcessBarrier.open(name, 3)) {
      Future<Integer> inOne = arriveFor(first, one);
      Future<Integer> inTwo = arriveFor(second, two);
      one.close();
      assertThatThrownBy(() -> Actor.result(inOne)).isInstanceOf(ClosedObjectException.class);
      isBrokenFor(inTwo);
      assertThat(two.isBroken()).isTrue();
    }
  }

  @Test
  void closingTheLastHandleEndsEveryWait() throws Exception {
    Future<Integer> one = arrive(first);
    Future<Integer> two = arriveFor(second, barrier);
    barrier.close();
    for (Future<Integer> waiting : List.of(one, two)) {
      // The second to notice may hear of the break by the first.
      assertThatThrownBy(() -> Actor.result(waiting))
          .isInstanceOfAny(ClosedObjectException.class, BrokenBarrierException.class);
    }
    assertThat(SharedMemory.exists(barrier.name())).isFalse();
  }

  @Test
  void closingAHandleThatNobodyWaitsInBreaksNothing() throws Exception {
    String name = names.name();
    ProcessBarrier unused = ProcessBarrier.open(name, 2);
    try (ProcessBarrier used = ProcessBarrier.open(name, 2)) {
      Future<Integer> waiting = arriveFor(first, used);
      unused.close();
      assertThat(used.isBroken()).isFalse();
      assertThat(used.await()).isZero();
      assertThat(Actor.result(waiting)).isEqualTo(1);
    }
  }

  @Test
  void openedByNobodyItIsAsNew() {
    String name = names.name();
    for (int round = 0; round < 3; round++) {
      try (ProcessBarrier named = ProcessBarrier.open(name, 2)) {
        assertThat(named.isBroken()).isFalse();
        named.abort();
        try (ProcessBarrier again = ProcessBarrier.open(name, 2)) {
          assertThat(again.isBroken()).isTrue();
        }
      }
    }
  }

  @Test
  void badInput() {
    String name = names.name();
    for (int parties : new int[] {0, -1, 65536, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> ProcessBarrier.create(parties))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(parties))
          .hasMessageContaining("65535");
      assertThatThrownBy(() -> ProcessBarrier.open(name, parties))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(ProcessBarrier.find(name)).isEmpty();
    assertThatThrownBy(() -> ProcessBarrier.open("a/b", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcessBarrier.open(null, 1)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> barrier.await(1, null)).isInstanceOf(NullPointerException.class);
    assertThat(barrier.getNumberWaiting()).isZero();
    assertThat(SharedMemory.exists(name)).isFalse();
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    barrier.close();
    barrier.close();
    List<Actor.Step> closed =
        List.of(
            barrier::await,
            () -> barrier.await(1, TimeUnit.SECONDS),
            barrier::reset,
            barrier::abort,
            barrier::isBroken,
            barrier::getParties,
            barrier::getNumberWaiting);
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(barrier.name());
    }
    assertThat(barrier.isAnonymous()).isTrue();
    assertThat(barrier).hasToString("ProcessBarrier[" + barrier.name() + ", closed]");
    barrier.unlink();
  }

  @Test
  void whatIsThereMustBeTheSame() {
    String name = names.name();
    try (ProcessBarrier named = ProcessBarrier.open(name, 2);
        ProcessBarrier same = ProcessBarrier.open(name, 2);
        ProcessBarrier found = ProcessBarrier.find(name).orElseThrow()) {
      assertThat(named).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(barrier);
      assertThat(found.getParties()).isEqualTo(2);
      assertThatThrownBy(() -> ProcessBarrier.open(name, 3))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("ProcessBarrier (parties 3)")
          .hasMessageContaining("ProcessBarrier (parties 2)");
      assertThatThrownBy(() -> PermitPool.open(name, 2))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining("PermitPool (permits 2)")
          .hasMessageContaining("ProcessBarrier (parties 2)");
    }
  }
}
