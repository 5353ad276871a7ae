package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.interlock.PermitPool.Permit;
import org.interlock.testing.SharedMemory;

/** Random steps in one process, through two handles, against a list of what is held. */
class PermitPoolModelTest {
  enum Verb {
    TRY,
    TRY_FOR,
    ACQUIRE,
    CLOSE,
    CLOSE_AGAIN,
    REOPEN
  }

  record Step(Verb verb, int number) {}

  /** A permit, and how many the model says it is. */
  record Taken(Permit permit, int permits) {}

  private static final String NAME = new SharedMemory().name();

  private static final class Run {
    private final int permits;
    private final List<Taken> held = new ArrayList<>();
    private final List<Taken> closed = new ArrayList<>();
    private final PermitPool stays;
    private PermitPool pool;

    Run(int permits) {
      this.permits = permits;
      this.stays = PermitPool.open(NAME, permits);
      this.pool = handle();
    }

    /** Another handle of it. */
    private PermitPool handle() {
      return PermitPool.open(NAME, permits);
    }

    int free() {
      return permits - held.stream().mapToInt(Taken::permits).sum();
    }

    void step(Step step) throws Exception {
      switch (step.verb) {
        case TRY -> took(pool.tryAcquire());
        case TRY_FOR -> took(pool.tryAcquire(step.number % 2, TimeUnit.MICROSECONDS));
        case ACQUIRE -> acquire(step.number);
        case CLOSE -> {
          if (!held.isEmpty()) {
            Taken taken = held.remove(Math.floorMod(step.number, held.size()));
            taken.permit.close();
            closed.add(taken);
          }
        }
        case CLOSE_AGAIN -> closed.forEach(taken -> taken.permit.close());
        case REOPEN -> {
          pool.close();
          pool = handle();
        }
      }
      assertThat(pool.availablePermits()).isEqualTo(free());
      assertThat(stays.availablePermits()).isEqualTo(free());
    }

    private void took(Optional<Permit> permit) {
      assertThat(permit.isPresent()).isEqualTo(free() > 0);
      permit.ifPresent(one -> held.add(new Taken(one, 1)));
    }

    private void acquire(int number) throws InterruptedException {
      if (number < 1 || number > permits) {
        assertThatThrownBy(() -> pool.acquire(number)).isInstanceOf(IllegalArgumentException.class);
      } else if (number <= free()) {
        held.add(new Taken(pool.acquire(number), number));
      }
    }

    void end() {
      pool.unlink();
      pool.close();
      stays.close();
      held.forEach(taken -> taken.permit.close());
    }
  }

  @Property(tries = 300)
  void holdsWhatTheModelHolds(
      @ForAll @IntRange(min = 1, max = 6) int permits, @ForAll("steps") List<Step> steps)
      throws Exception {
    Run run = new Run(permits);
    try {
      for (Step step : steps) {
        run.step(step);
      }
    } finally {
      run.end();
    }
    assertThat(SharedMemory.exists(NAME)).isFalse();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(Arbitraries.of(Verb.values()), Arbitraries.integers().between(-1, 7))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }
}
