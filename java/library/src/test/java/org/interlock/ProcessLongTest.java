package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProcessLongTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  @Test
  void startsWithItsInitialValueOnce() {
    String name = names.name();
    try (ProcessLong first = ProcessLong.open(name, 42);
        ProcessLong second = ProcessLong.open(name, 1)) {
      assertThat(second.get()).isEqualTo(42);
      second.set(Long.MIN_VALUE);
      assertThat(first.get()).isEqualTo(Long.MIN_VALUE);
      assertThat(first).isEqualTo(second);
    }
    try (ProcessLong again = ProcessLong.open(name, 5)) {
      assertThat(again.get()).isEqualTo(Long.MIN_VALUE); // the name stays
    }
  }

  @Property(tries = 200)
  @SuppressWarnings("UnnecessaryAsync") // as a model of what it does
  void doesWhatAnAtomicLongDoes(
      @ForAll long initial, @ForAll List<Long> deltas, @ForAll long value) {
    AtomicLong model = new AtomicLong(initial);
    try (ProcessLong number = ProcessLong.create(initial)) {
      for (long delta : deltas) {
        assertThat(number.addAndGet(delta)).isEqualTo(model.addAndGet(delta));
        assertThat(number.compareAndSet(delta, value)).isEqualTo(model.compareAndSet(delta, value));
        LongUnaryOperator update = old -> old * 31 + delta;
        assertThat(number.getAndUpdate(update)).isEqualTo(model.getAndUpdate(update));
        assertThat(number.get()).isEqualTo(model.get());
      }
      number.set(value);
      assertThat(number.get()).isEqualTo(value);
    }
  }

  @Test
  void isAtomic() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    try (ProcessLong number = ProcessLong.create(0)) {
      List<Future<Void>> begun = new ArrayList<>();
      for (Actor actor : actors) {
        begun.add(
            actor.start(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    number.addAndGet(1);
                    number.getAndUpdate(old -> old + 1);
                  }
                }));
      }
      for (Future<Void> one : begun) {
        Actor.result(one);
      }
      assertThat(number.get()).isEqualTo(3 * 2 * 20_000);
    }
    actors.forEach(Actor::close);
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    ProcessLong number = ProcessLong.create(3);
    assertThat(number).hasToString("ProcessLong[" + number.name() + ", 3]");
    number.close();
    number.close();
    List<Actor.Step> closed =
        List.of(
            number::get,
            () -> number.set(1),
            () -> number.addAndGet(1),
            () -> number.compareAndSet(1, 2),
            () -> number.getAndUpdate(old -> old));
    for (Actor.Step step : closed) {
      assertThatThrownBy(step::run).isInstanceOf(ClosedObjectException.class);
    }
    assertThat(number).hasToString("ProcessLong[" + number.name() + ", closed]");
    number.unlink();
  }

  @Test
  void closingWhileOthersCountIsSafe() throws Exception {
    for (int round = 0; round < 50; round++) {
      ProcessLong number = ProcessLong.create(0);
      try (Actor actor = new Actor()) {
        Future<Void> counting =
            actor.start(
                () -> {
                  while (true) {
                    number.addAndGet(1);
                  }
                });
        while (number.get() == 0) {
          Thread.onSpinWait();
        }
        number.close();
        assertThatThrownBy(() -> Actor.result(counting)).isInstanceOf(ClosedObjectException.class);
      }
    }
  }

  @Test
  void nullIsRefusedBeforeAnyEffect() {
    try (ProcessLong number = ProcessLong.create(1)) {
      assertThatThrownBy(() -> number.getAndUpdate(null)).isInstanceOf(NullPointerException.class);
    }
    assertThatThrownBy(() -> ProcessLong.open(null, 1)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ProcessLong.find(null)).isInstanceOf(NullPointerException.class);
  }
}
