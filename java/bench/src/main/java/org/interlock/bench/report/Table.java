package org.interlock.bench.report;

import java.util.Locale;
import java.util.Map;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.Verdict;

/** A row as text. */
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
        text.append(
            String.format(
                Locale.ROOT,
                "%16s  ± %3.0f %%",
                unit.format(figures.median()),
                100 * figures.spread() / 2));
        for (Map.Entry<String, Double> fact : figures.facts().entrySet()) {
          text.append(String.format(Locale.ROOT, "  %s %.3g", fact.getKey(), fact.getValue()));
        }
      }
      text.append('\n');
    }
    for (Verdict verdict : result.verdicts()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-7s %s: %.3g (%.3g to %.3g)%n",
              verdict.outcome().name().toLowerCase(Locale.ROOT),
              verdict.bar().text(unit),
              verdict.ratio(),
              verdict.least(),
              verdict.most()));
    }
    return text.toString();
  }
}
