package org.interlock.bench.harness;

import java.util.ArrayList;
import java.util.List;

/** A row that was measured. */
public record Result(Row row, List<Figures> figures) {
  public List<Verdict> verdicts() {
    List<Verdict> verdicts = new ArrayList<>();
    for (Bar bar : row.bars()) {
      verdicts.add(judge(bar));
    }
    return verdicts;
  }

  /** Whether all that took part gave right results. */
  public boolean isSound() {
    return figures.stream().allMatch(some -> some.failure() == null);
  }

  private Verdict judge(Bar bar) {
    Figures ours = find(bar.contender());
    double[] values = ours.values(bar.fact());
    if (bar.reference() != null) {
      values = Statistics.ratios(values, find(bar.reference()).values(bar.fact()));
    }
    double ratio = Statistics.median(values);
    Verdict.Outcome outcome =
        Double.isNaN(ratio)
            ? Verdict.Outcome.UNKNOWN
            : bar.metBy(ratio) ? Verdict.Outcome.MET : Verdict.Outcome.MISSED;
    return new Verdict(bar, outcome, ratio, Statistics.min(values), Statistics.max(values));
  }

  private Figures find(String contender) {
    return figures.stream()
        .filter(some -> some.contender().equals(contender))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException(row.name() + " has no contender " + contender));
  }
}
