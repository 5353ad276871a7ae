package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class JvmPartyTest {
  /** Keeps a sum from round to round. */
  private static final class Adder implements Role {
    private static final long serialVersionUID = 1;

    private long sum;

    @Override
    public Outcome round(Order order) {
      sum += order.amount();
      return Outcome.of(order.start(), order.amount(), sum);
    }
  }

  private record Failing() implements Role {
    @Override
    public Outcome round(Order order) {
      System.exit(3);
      return Outcome.of(0, 0, 0);
    }
  }

  @Test
  void aRoleLivesInAJvmOfItsOwn() throws Exception {
    JvmParty party = JvmParty.start(new Adder());

    party.order(new Order(5, 0));
    assertThat(party.outcome().checksum()).isEqualTo(5);
    party.order(new Order(6, 0));
    assertThat(party.outcome().checksum()).isEqualTo(11);
    assertThat(party.pid()).isNotEqualTo(ProcessHandle.current().pid());
    party.close();

    assertThat(ProcFiles.isGone(party.pid())).isTrue();
  }

  @Test
  void aJvmThatEndsIsAnError() throws Exception {
    JvmParty party = JvmParty.start(new Failing());

    party.order(new Order(1, 0));

    assertThatIllegalStateException().isThrownBy(party::outcome).withMessageContaining("3");
    party.close();
  }
}
