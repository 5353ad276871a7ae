package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramPartyTest {
  @Test
  void aLineIsAnOrderAndALineIsItsOutcome() throws Exception {
    Party party = program("while read amount start; do echo 1 2 $amount $start 77 78; done");

    party.order(new Order(5, 6));
    Outcome outcome = party.outcome();
    party.close();

    assertThat(outcome.start()).isEqualTo(1);
    assertThat(outcome.end()).isEqualTo(2);
    assertThat(outcome.operations()).isEqualTo(5);
    assertThat(outcome.checksum()).isEqualTo(6);
    assertThat(outcome.extras()).containsExactly(77, 78);
  }

  @Test
  void aProgramThatEndsIsAnError() throws Exception {
    Party party = program("read order");

    party.order(new Order(5, 6));

    assertThatIOException().isThrownBy(party::outcome).withMessageContaining("ended");
    party.close();
  }

  private static Party program(String script) throws Exception {
    return ProgramParty.start(List.of("sh", "-c", script));
  }
}
