package org.interlock.bench.report;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Unit;
import org.jspecify.annotations.Nullable;

/** The percentiles that are reported. */
final class Percentiles {
  static final List<Double> ALL = List.of(50.0, 99.0, 99.9);

  private Percentiles() {}

  static String name(double percentile) {
    return String.format(
        Locale.ROOT, percentile == Math.rint(percentile) ? "p%.0f" : "p%.1f", percentile);
  }

  /** Whether so few latencies say anything of it. */
  static boolean isKnown(Histogram latencies, double percentile) {
    return percentile <= 50 || latencies.getTotalCount() * (100 - percentile) / 100 >= 0.999;
  }

  static String text(@Nullable Histogram latencies, double percentile, Unit unit) {
    return latencies == null || !isKnown(latencies, percentile)
        ? "–"
        : unit.format(unit.ofNanos((double) latencies.getValueAtPercentile(percentile)));
  }
}
