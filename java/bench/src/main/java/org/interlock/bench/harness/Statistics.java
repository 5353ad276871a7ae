package org.interlock.bench.harness;

import java.util.Arrays;

/** Medians and spreads of a few rounds. */
public final class Statistics {
  private Statistics() {}

  /** The middle value, or the mean of the two in the middle; NaN of nothing. */
  public static double median(double... values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** (largest − smallest) / median. */
  public static double spread(double... values) {
    return values.length == 0 ? Double.NaN : (max(values) - min(values)) / Math.abs(median(values));
  }

  public static double min(double... values) {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }

  public static double max(double... values) {
    return Arrays.stream(values).max().orElse(Double.NaN);
  }

  /** Round by round. */
  public static double[] ratios(double[] values, double[] references) {
    double[] ratios = new double[Math.min(values.length, references.length)];
    Arrays.setAll(ratios, i -> values[i] / references[i]);
    return ratios;
  }
}
