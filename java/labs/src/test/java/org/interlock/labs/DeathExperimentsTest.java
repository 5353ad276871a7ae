package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The column of Interlock that {@code scripts/compare-python} prints. */
class DeathExperimentsTest {
  /** In one process. Those who put and take for ever come last, as they go on until it ends. */
  @Test
  void nobodyHangs() throws Exception {
    LabRun run =
        LabRun.of(
            "death-experiment",
            "lock",
            "condition",
            "event",
            "barrier",
            "get",
            "parent",
            "inside-put",
            "inside-get");
    assertThat(run.lines())
        .containsExactly(
            "gets it, and is told",
            "returns, 2 of 2 wake",
            "returns, 1 of 1 wakes",
            "2 of 2 are told",
            "another gets it",
            "ends, too",
            "others go on, items whole",
            "others go on, items whole");
    assertThat(run.status()).isZero();
  }
}
