package org.interlock.bench.harness;

import java.util.Locale;

/** What a figure counts. */
public enum Unit {
  NANOSECONDS("ns", 1, true),
  MICROSECONDS("µs", 2, true),
  MILLISECONDS("ms", 2, true),
  PER_SECOND("k/s", 1, false),
  GIGABYTES_PER_SECOND("GB/s", 2, false),
  PERCENT("%", 3, true),
  BYTES("B", 1, true),
  KIBIBYTES("KiB", 1, true),
  COUNT("", 0, false);

  private final String symbol;
  private final int decimals;
  private final boolean lowerIsBetter;

  Unit(String symbol, int decimals, boolean lowerIsBetter) {
    this.symbol = symbol;
    this.decimals = decimals;
    this.lowerIsBetter = lowerIsBetter;
  }

  public String symbol() {
    return symbol;
  }

  public boolean lowerIsBetter() {
    return lowerIsBetter;
  }

  /** The figure with its unit, for people. */
  public String format(double value) {
    double shown = this == PER_SECOND ? value / 1000 : value;
    return String.format(Locale.ROOT, "%,." + decimals + "f %s", shown, symbol).strip();
  }
}
