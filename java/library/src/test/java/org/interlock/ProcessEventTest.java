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
class ProcessEventTest {
  private static final String WAITING = "run"; // of Waiters

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor other = new Actor();
  private ProcessEvent event;

  @BeforeEach
  void open() {
    event = ProcessEvent.create();
  }

  @AfterEach
  void close() {
    other.close();
    event.close();
  }

  private List<Actor.Step> forms() {
    return List.of(
        event::await, () -> assertThat(event.await(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue());
  }

  @Test
  void isSetFollowsSetAndClear() throws Exception {
    assertThat(event.isSet()).isFalse();
    assertThat(event).hasToString("ProcessEvent[" + event.name() + ", not set]");
    event.set();
    event.set();
    assertThat(event.isSet()).isTrue();
    assertThat(event).hasToString("ProcessEvent[" + event.name() + ", set]");
    event.await();
    assertThat(event.await(0, TimeUnit.SECONDS)).isTrue();
    assertThat(event.await(Long.MIN_VALUE, TimeUnit.DAYS)).isTrue();
    event.clear();
    event.clear();
    assertThat(event.isSet()).isFalse();
    assertThat(event.await(0, TimeUnit.SECONDS)).isFalse();
    assertThat(event.await(-1, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void aTimedWaitLastsAtLeastThatLong() throws Exception {
    long start = System.nanoTime();
    assertThat(event.await(150, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
  }

  @Test
  void everyWaitingFormEndsWhenItIsSet() throws Exception {
    for (Actor.Step form : forms()) {
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING);
      assertThat(waiting.isDone()).isFalse();
      event.set();
      Actor.result(waiting);
      event.clear();
    }
  }

  @Test
  void whoeverWaitsWhenItIsSetIsLetGoThoughItIsClearedAtOnce() throws Exception {
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      actors.add(new Actor());
    }
    for (int round = 0; round < 50; round++) {
      List<Future<Void>> waits = new ArrayList<>();
      for (Actor actor : actors) {
        waits.add(actor.start(event::await));
        actor.awaitInside(WAITING);
      }
      event.set();
      event.clear();
      for (Future<Void> wait : waits) {
        Actor.result(wait);
      }
      assertThat(event.isSet()).isFalse();
    }
    actors.forEach(Actor::close);
  }

  @Test
  void anInterruptEndsAWait() throws Exception {
    for (Actor.Step form : forms()) {
      Future<Void> waiting = other.start(form);
      other.awaitInside(WAITING).thread().interrupt();
      assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(InterruptedException.class);
      assertThat(other.is(Thread::interrupted)).isFalse();
    }
  }

  @Test
  void anInterruptBeforeTheCallIsNoticedEvenIfItIsSet() {
    event.set();
    for (Actor.Step form : forms()) {
      Actor.Step interrupted =
          () -> {
            Thread.currentThread().interrupt();
            form.run();
          };
      assertThatThrownBy(() -> other.run(interrupted)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void anInterruptedWaiterLeavesTheNewsToOthers() throws Exception {
    try (Actor first = new Actor()) {
      Future<Void> a = first.start(event::await);
      first.awaitInside(WAITING);
      Future<Void> b = other.start(event::await);
      other.awaitInside(WAITING);
      first.thread().interrupt();
      event.set();
      event.clear();
      Actor.result(b);
      try {
        Actor.result(a); // both came in time
      } catch (InterruptedException e) {
        assertThat(first.is(Thread::interrupted)).isFalse();
      }
    }
  }

  @Test
  void closingEndsEveryWait() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    List<Future<Void>> waits = new ArrayList<>();
    for (Actor actor : actors) {
      waits.add(actor.start(event::await));
      actor.awaitInside(WAITING);
    }
    event.close();
    for (Future<Void> wait : waits) {
      assertThatThrownBy(() -> Actor.result(wait)).isInstanceOf(ClosedObjectException.class);
    }
    actors.forEach(Actor::close);
  }

  @Test
  void closingOneHandleOfTwoEndsTheWaitsInThatOne() throws Exception {
    String name = names.name();
    ProcessEvent one = ProcessEvent.open(name);
    ProcessEvent two = ProcessEvent.open(name);
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotSameAs(two).isNotEqualTo(event);
    try (Actor inOne = new Actor()) {
      Future<Void> a = inOne.start(one::await);
      inOne.awaitInside(WAITING);
      Future<Void> b = other.start(two::await);
      other.awaitInside(WAITING);
      one.close();
      assertThatThrownBy(() -> Actor.result(a)).isInstanceOf(ClosedObjectException.class);
      assertThat(b.isDone()).isFalse();
      two.set();
      Actor.result(b);
    }
    two.close();
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    event.close();
    event.close();
    List<Actor.Step> closed =
        List.of(
            event::isSet,
            event::set,
            event::clear,
            event::await,
            () -> event.await(1, TimeUnit.SECONDS));
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(event.name());
    }
    assertThat(event.isAnonymous()).isTrue();
    assertThat(event).hasToString("ProcessEvent[" + event.name() + ", closed]");
    event.unlink();
  }

  @Test
  void whileOthersUseIt() throws Exception {
    for (int round = 0; round < 50; round++) {
      ProcessEvent used = ProcessEvent.create();
      List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
      List<Actor.Step> steps =
          List.of(used::set, used::clear, () -> used.await(1, TimeUnit.MICROSECONDS));
      List<Future<Void>> begun = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Actor.Step step = steps.get(i);
        begun.add(
            actors
                .get(i)
                .start(
                    () -> {
                      while (true) {
                        step.run();
                      }
                    }));
      }
      Thread.onSpinWait();
      used.close();
      for (Future<Void> one : begun) {
        assertThatThrownBy(() -> Actor.result(one)).isInstanceOf(ClosedObjectException.class);
      }
      actors.forEach(Actor::close);
    }
  }

  @Test
  void isFoundByItsNameAndOfNoOtherKind() {
    String name = names.name();
    assertThat(ProcessEvent.find(name)).isEmpty();
    try (ProcessEvent made = ProcessEvent.open(name);
        ProcessEvent found = ProcessEvent.find(name).orElseThrow()) {
      made.set();
      assertThat(found.isSet()).isTrue();
      assertThatThrownBy(() -> ProcessLock.open(name))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining("ProcessEvent");
    }
    assertThatThrownBy(() -> ProcessEvent.open("a/b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcessEvent.open(null)).isInstanceOf(NullPointerException.class);
  }
}
