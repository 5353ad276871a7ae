package org.interlock.bench.harness;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one round of one contender gave.
 *
 * @param value in the unit of its row
 * @param facts further figures, by name, each with a unit of its own in the name
 * @param latencies in nanoseconds, if they were taken one by one
 */
public record Sample(double value, Map<String, Double> facts, @Nullable Histogram latencies) {
  public static Sample of(double value) {
    return new Sample(value, Map.of(), null);
  }

  public static Sample of(double value, Map<String, Double> facts) {
    return new Sample(value, facts, null);
  }
}
