package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartySessionTest {
  private static final Scale SCALE =
      new Scale(false, 1, Duration.ofNanos(1), Duration.ofMillis(100));

  @Test
  void aRoundIsAsLongAsTheScaleSays() throws Exception {
    Fake party = new Fake(1000);
    PartySession session = PartySession.counted(Judge.nanosPerCall(), party);

    session.warmUp(SCALE);
    Sample sample = session.round(SCALE);

    assertThat(sample.value()).isEqualTo(1000);
    assertThat(party.orders.get(party.orders.size() - 1).amount()).isEqualTo(100_000);
  }

  @Test
  void neverMoreIsOrderedThanIsAllowed() throws Exception {
    Fake party = new Fake(1000);
    PartySession session = PartySession.counted(Judge.nanosPerCall(), 50, party);

    session.warmUp(SCALE);

    assertThat(party.orders).allMatch(order -> order.amount() <= 50);
  }

  @Test
  void allPartiesBeginAtOneMoment() throws Exception {
    Fake one = new Fake(1000);
    Fake other = new Fake(1000);

    PartySession.exactly(Judge.nanosPerCall(), 7, one, other).round(SCALE);

    assertThat(one.orders).hasSize(1).isEqualTo(other.orders);
  }

  @Test
  void aWarmUpIsCheckedAsWell() {
    Fake party = new Fake(1000);
    party.wrong = 1;

    assertThatExceptionOfType(WrongResult.class)
        .isThrownBy(() -> PartySession.counted(Judge.nanosPerCall(), party).warmUp(SCALE));
  }

  /** Needs a given time for each operation, without waiting for it. */
  private static final class Fake implements Party {
    private final List<Order> orders = new ArrayList<>();
    private final long nanos;
    private long wrong;

    Fake(long nanos) {
      this.nanos = nanos;
    }

    @Override
    public void order(Order order) {
      orders.add(order);
    }

    @Override
    public Outcome outcome() {
      Order order = orders.get(orders.size() - 1);
      long amount = order.amount();
      return new Outcome(0, amount * nanos, amount, amount - wrong, new long[0], null);
    }

    @Override
    public void close() {}
  }
}
