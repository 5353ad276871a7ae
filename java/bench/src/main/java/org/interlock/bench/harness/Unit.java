package org.interlock.bench.harness;

import java.util.Locale;

/** What a figure counts. */
public enum Unit {
  NANOSECONDS("ns", 1),
  MICROSECONDS("µs", 2),
  MILLISECONDS("ms", 2),
  PER_SECOND("k/s", 1),
  GIGABYTES_PER_SECOND("GB/s", 2),
  PERCENT("%", 3),
  BYTES("B", 1),
  KIBIBYTES("KiB", 1),
  COUNT("", 0);

  private final String symbol;
  private final int decimals;

  Unit(String symbol, int decimals) {
    this.symbol = symbol;
    this.decimals = decimals;
  }

  public String symbol() {
    return symbol;
  }

  /** The figure with its unit, for people. */
  public String format(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f %s", shown(value), symbol).strip();
  }

  /** A time in this unit; in microseconds if this is no unit of time. */
  public double ofNanos(double nanos) {
    return switch (this) {
      case NANOSECONDS -> nanos;
      case MILLISECONDS -> nanos / 1e6;
      default -> nanos / 1e3;
    };
  }

  /** The number that stands before the symbol. */
  public double shown(double value) {
    return this == PER_SECOND ? value / 1000 : value;
  }
}
