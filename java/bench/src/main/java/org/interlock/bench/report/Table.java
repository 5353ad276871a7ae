package org.interlock.bench.report;

import java.util.Locale;
import java.util.Map;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.Verdict;

/** A row as text, for a terminal. */
public final class Table {
  private Table() {}

  public static String of(Result result) {
    Unit unit = result.row().unit();
    StringBuilder text = new StringBuilder();
    text.append(result.row().name()).append(": ").append(result.row().title()).append('\n');
    for (Figures figures : result.figures()) {
      text.append(String.format(Locale.ROOT, "  %-22s ", figures.contender()));
      if (figures.missing() != null) {
        text.append("missing: ").append(figures.missing());
      } else if (figures.failure() != null) {
        text.append("FAILED: ").append(figures.failure());
      } else {
        text.append(String.format("%16s  ± %5s", unit.format(figures.median()), percent(figures)));
        if (figures.latencies() != null) {
          for (double each : Percentiles.ALL) {
            text.append("  ").append(Percentiles.name(each)).append(' ');
            text.append(Percentiles.text(figures.latencies(), each, unit));
          }
        }
        for (Map.Entry<String, Double> fact : figures.facts().entrySet()) {
          text.append("  ").append(fact.getKey()).append(' ').append(ratio(fact.getValue()));
        }
      }
      text.append('\n');
    }
    for (Verdict verdict : result.verdicts()) {
      text.append(
          String.format(
              "  %-7s %s: %s (%s to %s)%n",
              verdict.outcome().name().toLowerCase(Locale.ROOT),
              verdict.bar().text(unit),
              ratio(verdict.ratio()),
              ratio(verdict.least()),
              ratio(verdict.most())));
    }
    return text.toString();
  }

  /** Half of what lies between the best round and the worst, of the median. */
  static String percent(Figures figures) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * figures.spread() / 2);
  }

  /** A number in three digits, and never with an exponent. */
  static String ratio(double value) {
    if (Double.isNaN(value)) {
      return "unknown";
    }
    double size = Math.abs(value);
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
