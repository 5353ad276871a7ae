package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianIsTheMiddleWhateverTheOrder() {
    assertThat(Statistics.median(9, 1, 5)).isEqualTo(5);
    assertThat(Statistics.median(4, 1, 2, 3)).isEqualTo(2.5);
  }

  @Test
  void ofNothingThereIsNoMedian() {
    assertThat(Statistics.median()).isNaN();
    assertThat(Statistics.spread()).isNaN();
  }

  @Test
  void theSpreadIsTheRangeInMedians() {
    assertThat(Statistics.spread(8, 10, 14)).isEqualTo(0.6);
  }

  @Test
  void ratiosCompareRoundByRound() {
    assertThat(Statistics.ratios(new double[] {2, 9}, new double[] {1, 3})).containsExactly(2, 3);
  }
}
