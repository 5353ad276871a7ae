package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process: each method, how it waits and what ends the wait. */
class ProcessSemaphoreTest {
  private static final String WAITING = "waitTurn";

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor other = new Actor();
  private ProcessSemaphore semaphore;

  @BeforeEach
  void open() {
    semaphore = ProcessSemaphore.create(0);
  }

  @AfterEach
  void close() {
    other.close();
    semaphore.close();
  }

  private List<Actor.Step> interruptibleForms() {
    return List.of(semaphore::acquire, () -> semaphore.tryAcquire(1, TimeUnit.HOURS));
  }

  private List<Actor.Step> forms() {
    List<Actor.Step> forms = new ArrayList<>(interruptibleForms());
    forms.add(semaphore::acquireUninterruptibly);
    forms.add(() -> assertThat(semaphore.tryAcquire(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue());
    return forms;
  }

  @Test
  void countsPermits() throws Exception {
    assertThat(semaphore.availablePermits()).isZero();
    assertThat(semaphore.tryAcquire()).isFalse();
    semaphore.release();
    semaphore.release(3);
    assertThat(semaphore.availablePermits()).isEqualTo(4);
    assertThat(semaphore).hasToString("ProcessSemaphore[" + semaphore.name() + ", 4 permits]");
    assertThat(semaphore.tryAcquire()).isTrue();
    semaphore.acquire();
    semaphore.acquireUninterruptibly();
    assertThat(semaphore.tryAcquire(0, TimeUnit.SECONDS)).isTrue();
    assertThat(semaphore.tryAcquire(-1, TimeUnit.SECONDS)).isFalse();
    assertThat(semaphore.tryAcquire(Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
  }

  @Test
  void aTimedTryWaitsAtLeastThatLong() throws Exception {
    long start = System.nanoTime();
    assertThat(semaphore.tryAcquire(150, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
  }

  @Test
  void everyWaitingFormEndsWhenThereIsAPermit() throws Exception {
    for (Actor.Step form : forms()) {
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING);
      assertThat(waiting.isDone()).isFalse();
      semaphore.release();
      Actor.result(waiting);
      assertThat(semaphore.availablePermits()).isZero();
    }
  }

  @Test
  void asManyWaitersGoOnAsPermitsCome() throws Exception {
    List<Actor> actors = new ArrayList<>();
    List<Future<Void>> waits = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Actor actor = new Actor();
      actors.add(actor);
      waits.add(actor.start(semaphore::acquire));
      actor.awaitInside(WAITING);
    }
    semaphore.release(6);
    for (Future<Void> wait : waits) {
      Actor.result(wait);
    }
    assertThat(semaphore.availablePermits()).isZero();
    actors.forEach(Actor::close);
  }

  @Test
  void neverMoreInsideThanPermits() throws Exception {
    semaphore.release(2);
    java.util.concurrent.atomic.AtomicInteger inside =
        new java.util.concurrent.atomic.AtomicInteger();
    List<Actor> actors = new ArrayList<>();
    List<Future<Void>> begun = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Actor actor = new Actor();
      actors.add(actor);
      begun.add(
          actor.start(
              () -> {
                for (int round = 0; round < 200; round++) {
                  semaphore.acquire();
                  assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(2);
                  Thread.yield();
                  inside.decrementAndGet();
                  semaphore.release();
                }
              }));
    }
    for (Future<Void> one : begun) {
      Actor.result(one);
    }
    assertThat(semaphore.availablePermits()).isEqualTo(2);
    actors.forEach(Actor::close);
  }

  @Test
  void tryingNeverWaitsBehindAWaiter() throws Exception {
    Future<Void> waiting = other.start(semaphore::acquire);
    other.awaitInside(WAITING);
    assertThat(semaphore.tryAcquire()).isFalse();
    semaphore.release(2);
    Actor.result(waiting);
    assertThat(semaphore.tryAcquire()).isTrue();
  }

  @Test
  void anInterruptEndsAWaitWithNothingTaken() throws Exception {
    for (Actor.Step form : interruptibleForms()) {
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING).thread().interrupt();
      assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(InterruptedException.class);
      assertThat(other.is(Thread::interrupted)).isFalse();
      semaphore.release();
      assertThat(semaphore.tryAcquire()).isTrue();
    }
  }

  @Test
  void anInterruptBeforeTheCallIsNoticedEvenIfThereIsAPermit() {
    semaphore.release();
    for (Actor.Step form : interruptibleForms()) {
      Actor.Step interrupted =
          () -> {
            Thread.currentThread().interrupt();
            form.run();
          };
      assertThatThrownBy(() -> other.run(interrupted)).isInstanceOf(InterruptedException.class);
    }
    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  @Test
  void anInterruptedWaiterLeavesTheTurnToOthers() throws Exception {
    try (Actor first = new Actor()) {
      Future<Void> a = first.start(semaphore::acquire);
      first.awaitInside(WAITING);
      Future<Void> b = other.start(semaphore::acquire);
      other.awaitInside(WAITING);
      first.thread().interrupt();
      assertThatThrownBy(() -> Actor.result(a)).isInstanceOf(InterruptedException.class);
      semaphore.release();
      Actor.result(b);
    }
  }

  @Test
  void acquireUninterruptiblyKeepsTheInterruptForLater() throws Exception {
    Future<Boolean> waiting =
        other.begin(
            () -> {
              semaphore.acquireUninterruptibly();
              return Thread.interrupted();
            });
    other.awaitInside(WAITING).thread().interrupt();
    assertThatThrownBy(() -> waiting.get(150, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    semaphore.release();
    assertThat(Actor.result(waiting)).isTrue();
  }

  @Test
  void badNumbers() {
    assertThatThrownBy(() -> semaphore.release(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> semaphore.release(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcessSemaphore.create(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    String name = names.name();
    assertThatThrownBy(() -> ProcessSemaphore.open(name, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ProcessSemaphore.find(name)).isEmpty();
    assertThatThrownBy(() -> ProcessSemaphore.open("a/b", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcessSemaphore.open(null, 1))
        .isInstanceOf(NullPointerException.class);
    semaphore.release();
    assertThatThrownBy(() -> semaphore.release(Integer.MAX_VALUE))
        .isInstanceOf(Error.class)
        .hasMessage("Maximum permit count exceeded");
    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  /** Of Linux; elsewhere it is less. */
  @Tag("linux")
  @Test
  void asManyPermitsAsThereCanBe() {
    try (ProcessSemaphore most = ProcessSemaphore.create(Integer.MAX_VALUE)) {
      assertThat(most.availablePermits()).isEqualTo(Integer.MAX_VALUE);
      assertThatThrownBy(most::release).isInstanceOf(Error.class);
      assertThat(most.tryAcquire()).isTrue();
      most.release();
    }
  }

  @Test
  void closingEndsEveryWaitAndTakesNothing() throws Exception {
    String name = names.name();
    ProcessSemaphore closed = ProcessSemaphore.open(name, 0);
    try (ProcessSemaphore kept = ProcessSemaphore.open(name, 5)) {
      List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
      List<Actor.Step> steps =
          List.of(
              closed::acquire,
              closed::acquireUninterruptibly,
              () -> closed.tryAcquire(1, TimeUnit.HOURS));
      List<Future<Void>> waits = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waits.add(actors.get(i).start(steps.get(i)));
        actors.get(i).awaitInside(WAITING);
      }
      closed.close();
      kept.release();
      for (Future<Void> wait : waits) {
        assertThatThrownBy(() -> Actor.result(wait)).isInstanceOf(ClosedObjectException.class);
      }
      assertThat(kept.availablePermits()).isEqualTo(1);
      actors.forEach(Actor::close);
    }
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    semaphore.close();
    semaphore.close();
    List<Actor.Step> closed =
        List.of(
            semaphore::acquire,
            semaphore::acquireUninterruptibly,
            semaphore::tryAcquire,
            () -> semaphore.tryAcquire(1, TimeUnit.SECONDS),
            semaphore::release,
            () -> semaphore.release(2),
            semaphore::availablePermits);
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(semaphore.name());
    }
    assertThat(semaphore.isAnonymous()).isTrue();
    assertThat(semaphore).hasToString("ProcessSemaphore[" + semaphore.name() + ", closed]");
    semaphore.unlink();
  }

  @Test
  void namesAreASpaceOfTheirOwn() {
    String name = names.name();
    assertThat(ProcessSemaphore.find(name)).isEmpty();
    try (ProcessLock lock = ProcessLock.open(name);
        ProcessSemaphore named = ProcessSemaphore.open(name, 2);
        ProcessSemaphore same = ProcessSemaphore.open(name, 99);
        ProcessSemaphore found = ProcessSemaphore.find(name).orElseThrow()) {
      assertThat(lock.isLocked()).isFalse();
      assertThat(named).isEqualTo(same).isEqualTo(found).hasSameHashCodeAs(found);
      assertThat(named).isNotEqualTo(semaphore).isNotEqualTo(lock);
      assertThat(named.tryAcquire()).isTrue();
      assertThat(found.availablePermits()).isEqualTo(1);
      assertThat(named.name()).isEqualTo(name);
      assertThat(named.isAnonymous()).isFalse();
      assertThat(Shared.unlink(name)).isTrue(); // both
      assertThat(ProcessSemaphore.find(name)).isEmpty();
      assertThat(ProcessLock.find(name)).isEmpty();
      assertThat(Shared.unlink(name)).isFalse();
      named.release();
      assertThat(same.availablePermits()).isEqualTo(2);
      try (ProcessSemaphore fresh = ProcessSemaphore.open(name, 7)) {
        named.unlink(); // means another one by now
        assertThat(fresh).isNotEqualTo(named);
        assertThat(ProcessSemaphore.find(name)).hasValueSatisfying(ProcessSemaphore::close);
        assertThat(Shared.unlink(name)).isTrue(); // the semaphore alone
      }
    }
  }

  /** Only where a semaphore is a file. */
  @Tag("linux")
  @Test
  void aFileThatIsNoSemaphore() throws Exception {
    String name = names.name();
    Path file = Path.of("/dev/shm/sem." + name);
    Files.writeString(file, "short");
    assertThatThrownBy(() -> ProcessSemaphore.open(name, 1))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining(name);
    assertThat(Shared.unlink(name)).isTrue();
    assertThat(file).doesNotExist();
  }
}
