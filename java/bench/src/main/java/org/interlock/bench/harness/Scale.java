package org.interlock.bench.harness;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param quick whether it is only to be seen that everything runs
 * @param rounds how often each contender has its turn
 * @param warmUp how long each contender runs before the first round
 * @param round how long a round lasts, about
 */
public record Scale(boolean quick, int rounds, Duration warmUp, Duration round) {
  public static final Scale FULL =
      new Scale(false, 7, Duration.ofSeconds(2), Duration.ofMillis(700));
  public static final Scale QUICK =
      new Scale(true, 1, Duration.ofMillis(20), Duration.ofMillis(20));

  public Scale withRounds(int other) {
    return new Scale(quick, other, warmUp, round);
  }

  /** A number that --quick makes small. */
  public int choose(int full, int small) {
    return quick ? small : full;
  }
}
