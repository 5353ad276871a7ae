package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.interlock.PermitPool.Permit;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process: each method, how it waits and what ends the wait. */
class PermitPoolTest {
  private static final String WAITING = "run";

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor other = new Actor();
  private PermitPool pool;

  @BeforeEach
  void open() {
    pool = PermitPool.create(3);
  }

  @AfterEach
  void close() {
    other.close();
    pool.close();
  }

  /** Each takes one permit and gives it back. */
  private List<Actor.Step> forms() {
    return List.of(
        () -> pool.acquire().close(),
        () -> pool.acquire(2).close(),
        () -> pool.tryAcquire(1, TimeUnit.HOURS).orElseThrow().close(),
        () -> pool.tryAcquire(Long.MAX_VALUE, TimeUnit.DAYS).orElseThrow().close());
  }

  @Test
  void countsPermits() throws Exception {
    assertThat(pool.permits()).isEqualTo(3);
    assertThat(pool.availablePermits()).isEqualTo(3);
    assertThat(pool).hasToString("PermitPool[" + pool.name() + ", 3 of 3 permits free]");
    Permit two = pool.acquire(2);
    assertThat(two).hasToString("Permit[2 of PermitPool[" + pool.name() + "]]");
    Permit one = pool.tryAcquire().orElseThrow();
    assertThat(pool.availablePermits()).isZero();
    assertThat(pool.tryAcquire()).isEmpty();
    assertThat(pool.tryAcquire(0, TimeUnit.SECONDS)).isEmpty();
    assertThat(pool.tryAcquire(-1, TimeUnit.SECONDS)).isEmpty();
    assertThat(pool.tryAcquire(Long.MIN_VALUE, TimeUnit.DAYS)).isEmpty();
    two.close();
    assertThat(pool.availablePermits()).isEqualTo(2);
    pool.tryAcquire(0, TimeUnit.SECONDS).orElseThrow().close();
    one.close();
    assertThat(pool.availablePermits()).isEqualTo(3);
    pool.acquire(3).close();
  }

  @Test
  void aPermitIsGivenBackOnceByAnyThread() throws Exception {
    Permit permit = pool.acquire();
    Permit another = pool.acquire();
    other.run(permit::close);
    permit.close();
    other.run(permit::close);
    assertThat(pool.availablePermits()).isEqualTo(2);
    assertThat(permit.toString()).contains("closed");
    another.close();
    assertThat(pool.availablePermits()).isEqualTo(3);
  }

  @Test
  void aPermitClosedByManyAtOnceIsGivenBackOnce() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    for (int round = 0; round < 100; round++) {
      Permit permit = pool.acquire(2);
      List<Future<Void>> closings = new ArrayList<>();
      for (Actor actor : actors) {
        closings.add(actor.start(permit::close));
      }
      for (Future<Void> closing : closings) {
        Actor.result(closing);
      }
      assertThat(pool.availablePermits()).isEqualTo(3);
    }
    actors.forEach(Actor::close);
  }

  @Test
  void badNumbers() {
    for (int n : new int[] {0, -1, 4, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> pool.acquire(n))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from 1 to 3")
          .hasMessageContaining(Integer.toString(n));
    }
    assertThat(pool.availablePermits()).isEqualTo(3);
    String name = names.name();
    for (int permits : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> PermitPool.create(permits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(permits));
      assertThatThrownBy(() -> PermitPool.open(name, permits))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(PermitPool.find(name)).isEmpty();
    assertThatThrownBy(() -> PermitPool.open("a/b", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PermitPool.open(null, 1)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> PermitPool.find(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> pool.tryAcquire(1, null)).isInstanceOf(NullPointerException.class);
    assertThat(SharedMemory.exists(name)).isFalse();
  }

  @Test
  void theLargestPoolThereIs() throws Exception {
    try (PermitPool largest = PermitPool.create(Integer.MAX_VALUE)) {
      Permit all = largest.acquire(Integer.MAX_VALUE);
      assertThat(largest.availablePermits()).isZero();
      assertThat(largest.tryAcquire()).isEmpty();
      all.close();
      assertThat(largest.availablePermits()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void aTimedTryWaitsAtLeastThatLong() throws Exception {
    Permit all = pool.acquire(3);
    long start = System.nanoTime();
    assertThat(pool.tryAcquire(150, TimeUnit.MILLISECONDS)).isEmpty();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
    all.close();
    assertThat(pool.availablePermits()).isEqualTo(3);
  }

  @Test
  void everyWaitingFormEndsWhenPermitsComeFree() throws Exception {
    for (Actor.Step form : forms()) {
      Permit all = pool.acquire(3);
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING);
      assertThat(waiting.isDone()).isFalse();
      all.close();
      Actor.result(waiting);
      assertThat(pool.availablePermits()).isEqualTo(3);
    }
  }

  @Test
  void oneWhoWantsSeveralTakesNoneBeforeAllAreThere() throws Exception {
    Permit one = pool.acquire();
    Permit two = pool.acquire();
    Future<Permit> waiting = other.begin(() -> pool.acquire(3));
    other.awaitInside(WAITING);
    one.close();
    assertThat(pool.availablePermits()).isEqualTo(2);
    assertThat(waiting.isDone()).isFalse();
    two.close();
    Permit all = Actor.result(waiting);
    assertThat(pool.availablePermits()).isZero();
    all.close();
  }

  @Test
  void tryingNeverWaitsBehindAWaiter() throws Exception {
    Permit two = pool.acquire(2);
    Future<Permit> waiting = other.begin(() -> pool.acquire(3));
    other.awaitInside(WAITING);
    Thread.sleep(300); // by now permits are left to it by others who wait
    Permit one = pool.tryAcquire().orElseThrow();
    assertThat(pool.tryAcquire()).isEmpty();
    one.close();
    pool.tryAcquire(0, TimeUnit.SECONDS).orElseThrow().close();
    two.close();
    Actor.result(waiting).close();
  }

  @Test
  void aSmallRequestGoesOnThoughALargeOneWaitsBeforeIt() throws Exception {
    Permit two = pool.acquire(2);
    Permit one = pool.acquire();
    try (Actor third = new Actor()) {
      Future<Permit> large = other.begin(() -> pool.acquire(3));
      other.awaitInside(WAITING);
      Future<Permit> small = third.begin(() -> pool.acquire());
      third.awaitInside(WAITING);
      one.close(); // of no use to the first
      Permit got = Actor.result(small);
      assertThat(large.isDone()).isFalse();
      two.close();
      got.close();
      Actor.result(large).close();
    }
  }

  /** A claim without pauses would be a deadlock here. */
  @Test
  void whoHoldsPermitsGetsMoreThoughAnotherWaitsForThose() throws Exception {
    Permit held = pool.acquire();
    Future<Permit> large = other.begin(() -> pool.acquire(3));
    other.awaitInside(WAITING);
    for (int round = 0; round < 3; round++) {
      Thread.sleep(200);
      pool.acquire().close();
    }
    held.close();
    Actor.result(large).close();
  }

  @Test
  void manyWhoWantOneDoNotKeepOneWhoWantsAllOut() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Actor> actors = new ArrayList<>();
    List<Future<Void>> running = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Actor actor = new Actor();
      actors.add(actor);
      running.add(
          actor.start(
              () -> {
                while (!stop.get()) {
                  try (Permit permit = pool.acquire()) {
                    assertThat(permit).isNotNull();
                    Thread.sleep(1); // never are all of them free by chance
                  }
                }
              }));
    }
    for (int round = 0; round < 3; round++) {
      pool.acquire(3).close();
    }
    stop.set(true);
    for (Future<Void> one : running) {
      Actor.result(one);
    }
    assertThat(pool.availablePermits()).isEqualTo(3);
    actors.forEach(Actor::close);
  }

  @Test
  void neverMoreInUseThanThereAre() throws Exception {
    AtomicInteger inUse = new AtomicInteger();
    List<Actor> actors = new ArrayList<>();
    List<Future<Void>> running = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int n = 1 + i % 3;
      Actor actor = new Actor();
      actors.add(actor);
      running.add(
          actor.start(
              () -> {
                for (int round = 0; round < 200; round++) {
                  Permit permit = pool.acquire(n);
                  assertThat(inUse.addAndGet(n)).isLessThanOrEqualTo(3);
                  Thread.yield();
                  inUse.addAndGet(-n);
                  permit.close();
                }
              }));
    }
    for (Future<Void> one : running) {
      Actor.result(one);
    }
    assertThat(pool.availablePermits()).isEqualTo(3);
    actors.forEach(Actor::close);
  }

  @Test
  void anInterruptEndsAWaitWithNothingTaken() throws Exception {
    for (Actor.Step form : forms()) {
      Permit all = pool.acquire(3);
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING).thread().interrupt();
      assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(InterruptedException.class);
      assertThat(other.is(Thread::interrupted)).isFalse();
      all.close();
      assertThat(pool.availablePermits()).isEqualTo(3);
    }
  }

  @Test
  void anInterruptBeforeTheCallIsNoticedEvenIfThereIsAPermit() {
    List<Actor.Step> interruptible = new ArrayList<>(forms());
    interruptible.add(() -> pool.tryAcquire(0, TimeUnit.SECONDS));
    for (Actor.Step form : interruptible) {
      Actor.Step interrupted =
          () -> {
            Thread.currentThread().interrupt();
            form.run();
          };
      assertThatThrownBy(() -> other.run(interrupted)).isInstanceOf(InterruptedException.class);
    }
    assertThat(pool.availablePermits()).isEqualTo(3);
  }

  @Test
  void whoeverGivesUpLeavesItsPrecedenceToOthers() throws Exception {
    Permit two = pool.acquire(2);
    for (int round = 0; round < 3; round++) {
      Future<Permit> large = other.begin(() -> pool.acquire(3));
      other.awaitInside(WAITING);
      Thread.sleep(150); // it comes first now
      other.thread().interrupt();
      assertThatThrownBy(() -> Actor.result(large)).isInstanceOf(InterruptedException.class);
      pool.acquire().close();
    }
    two.close();
  }

  @Test
  void closingEndsEveryWaitWithNothingTaken() throws Exception {
    String name = names.name();
    PermitPool closing = PermitPool.open(name, 3);
    try (PermitPool staying = PermitPool.open(name, 3)) {
      Permit all = staying.acquire(3);
      List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
      List<Future<Void>> waits = new ArrayList<>();
      for (Actor actor : actors) {
        waits.add(actor.start(() -> closing.acquire()));
        actor.awaitInside(WAITING);
      }
      Future<Permit> inOther = other.begin(() -> staying.acquire());
      other.awaitInside(WAITING);
      closing.close();
      for (Future<Void> wait : waits) {
        assertThatThrownBy(() -> Actor.result(wait)).isInstanceOf(ClosedObjectException.class);
      }
      assertThat(inOther.isDone()).isFalse();
      all.close();
      Actor.result(inOther).close();
      assertThat(staying.availablePermits()).isEqualTo(3);
      actors.forEach(Actor::close);
    }
  }

  @Test
  void closingDoesNotGiveBackWhatIsHeld() throws Exception {
    String name = names.name();
    PermitPool first = PermitPool.open(name, 3);
    Permit two = first.acquire(2);
    Permit one = first.acquire();
    first.close();
    try (PermitPool second = PermitPool.open(name, 3)) {
      assertThat(second.availablePermits()).isZero();
      assertThat(second.tryAcquire()).isEmpty();
      two.close();
      assertThat(second.availablePermits()).isEqualTo(2);
    }
    try (PermitPool third = PermitPool.open(name, 3)) {
      assertThat(third.availablePermits()).isEqualTo(2);
      one.close();
      assertThat(third.availablePermits()).isEqualTo(3);
    }
  }

  @Test
  void anAnonymousPoolGoesWithItsLastPermit() throws Exception {
    Permit permit = pool.acquire();
    pool.close();
    assertThat(SharedMemory.exists(pool.name())).isTrue();
    permit.close();
    assertThat(SharedMemory.exists(pool.name())).isFalse();
    permit.close();
  }

  @Test
  void closingRacesAcquiring() throws Exception {
    for (int round = 0; round < 200; round++) {
      PermitPool racing = PermitPool.create(1);
      Future<Boolean> acquiring =
          other.begin(
              () -> {
                try (Permit permit = racing.acquire()) {
                  return permit != null;
                } catch (ClosedObjectException e) {
                  return false;
                }
              });
      if (round % 2 == 0) {
        Thread.onSpinWait();
      }
      racing.close();
      assertThat(Actor.result(acquiring)).isNotNull();
      assertThat(SharedMemory.exists(racing.name())).isFalse();
    }
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    pool.close();
    pool.close();
    List<Actor.Step> closed =
        List.of(
            pool::acquire,
            () -> pool.acquire(2),
            pool::tryAcquire,
            () -> pool.tryAcquire(1, TimeUnit.SECONDS),
            pool::availablePermits,
            pool::permits);
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(pool.name());
    }
    assertThat(pool.isAnonymous()).isTrue();
    assertThat(pool).hasToString("PermitPool[" + pool.name() + ", closed]");
    pool.unlink();
  }

  @Test
  void twoHandlesOfOneNameAreOnePool() throws Exception {
    String name = names.name();
    try (PermitPool one = PermitPool.open(name, 2);
        PermitPool two = PermitPool.open(name, 2);
        PermitPool found = PermitPool.find(name).orElseThrow()) {
      Permit permit = one.acquire();
      assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotSameAs(two).isNotEqualTo(pool);
      assertThat(found).isEqualTo(one);
      assertThat(found.permits()).isEqualTo(2);
      assertThat(two.availablePermits()).isEqualTo(1);
      permit.close();
      assertThat(two.availablePermits()).isEqualTo(2);
      assertThat(one.isAnonymous()).isFalse();
    }
  }

  @Test
  void whatIsThereMustBeTheSame() {
    String name = names.name();
    try (PermitPool named = PermitPool.open(name, 2)) {
      assertThatThrownBy(() -> PermitPool.open(name, 3))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("PermitPool (permits 3)")
          .hasMessageContaining("PermitPool (permits 2)");
      assertThatThrownBy(() -> ProcessLock.open(name))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining("ProcessLock")
          .hasMessageContaining("PermitPool");
      assertThat(named.availablePermits()).isEqualTo(2);
    }
  }
}
