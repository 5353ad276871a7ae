package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The column of Interlock that {@code scripts/compare-python} prints. */
class DeathExperimentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lock       | gets it, and is told",
        "condition  | returns, 2 of 2 wake",
        "event      | returns, 1 of 1 wakes",
        "barrier    | 2 of 2 are told",
        "get        | another gets it",
        "inside-put | others go on, items whole",
        "inside-get | others go on, items whole",
        "parent     | ends, too",
      })
  void nobodyHangs(String experiment, String outcome) throws Exception {
    LabRun run = LabRun.of("death-experiment", experiment);
    assertThat(run.lines()).containsExactly(outcome);
    assertThat(run.status()).isZero();
  }
}
