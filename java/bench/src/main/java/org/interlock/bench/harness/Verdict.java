package org.interlock.bench.harness;

/**
 * What became of a bar.
 *
 * @param ratio the median of the rounds' ratios, or of the values; NaN if it could not be judged
 * @param least the smallest of them
 * @param most the largest
 */
public record Verdict(Bar bar, Outcome outcome, double ratio, double least, double most) {
  /** Met or not, if both contenders were there. */
  public enum Outcome {
    MET,
    MISSED,
    UNKNOWN
  }
}
