package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import org.interlock.bench.harness.Verdict.Outcome;
import org.junit.jupiter.api.Test;

class BarTest {
  @Test
  void aRatioIsThatOfTheRoundsAndNotOfTheMedians() {
    // The machine got slower: medians would say 30 / 10.
    Verdict verdict =
        judge(Bar.atMost("a", 1, "b"), values("a", 10, 30, 40), values("b", 10, 30, 5));

    assertThat(verdict.ratio()).isEqualTo(1);
    assertThat(verdict.outcome()).isEqualTo(Outcome.MET);
    assertThat(verdict.least()).isEqualTo(1);
    assertThat(verdict.most()).isEqualTo(8);
  }

  @Test
  void atMostIsMetUpToTheFactor() {
    assertThat(judge(Bar.atMost("a", 2, "b"), values("a", 4), values("b", 2)).outcome())
        .isEqualTo(Outcome.MET);
    assertThat(judge(Bar.atMost("a", 2, "b"), values("a", 4.1), values("b", 2)).outcome())
        .isEqualTo(Outcome.MISSED);
  }

  @Test
  void atLeastIsMetFromTheFactorOn() {
    assertThat(judge(Bar.atLeast("a", 2, "b"), values("a", 4), values("b", 2)).outcome())
        .isEqualTo(Outcome.MET);
    assertThat(judge(Bar.atLeast("a", 2, "b"), values("a", 3.9), values("b", 2)).outcome())
        .isEqualTo(Outcome.MISSED);
  }

  @Test
  void aFactAndAValueCanBeJudged() {
    Figures figures = new Figures("a");
    figures.add(Sample.of(7, Map.of("share", 0.3)));

    assertThat(judge(Bar.factAtLeast("a", "share", 0.25), figures).outcome())
        .isEqualTo(Outcome.MET);
    assertThat(judge(Bar.valueAtMost("a", 6), figures).outcome()).isEqualTo(Outcome.MISSED);
  }

  @Test
  void withoutTheReferenceNothingIsJudged() {
    Figures missing = new Figures("b");
    missing.missing("not there");

    assertThat(judge(Bar.atMost("a", 2, "b"), values("a", 4), missing).outcome())
        .isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aFailureTakesAllFiguresWithIt() {
    Figures figures = values("a", 1, 2);
    figures.failed("wrong");

    assertThat(judge(Bar.valueAtMost("a", 6), figures).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aBarOfAnUnknownContenderIsAMistakeInTheRow() {
    assertThatIllegalStateException()
        .isThrownBy(() -> judge(Bar.atMost("a", 2, "c"), values("a", 4), values("b", 2)));
  }

  @Test
  void aBarSaysWhatItAsksFor() {
    assertThat(Bar.atMost("Lock", 2.5, "C").text(Unit.NANOSECONDS)).isEqualTo("Lock ≤ 2.5 × C");
    assertThat(Bar.atMost("Lock", 1 / 40.0, "C").text(Unit.NANOSECONDS))
        .isEqualTo("Lock ≤ 1/40 × C");
    assertThat(Bar.atMost("Lock", 1 / 3.0, "C").text(Unit.NANOSECONDS)).isEqualTo("Lock ≤ 1/3 × C");
    assertThat(Bar.atLeast("Lock", 50, "C").text(Unit.NANOSECONDS)).isEqualTo("Lock ≥ 50 × C");
    assertThat(Bar.valueAtMost("Lock", 20).text(Unit.MILLISECONDS)).isEqualTo("Lock ≤ 20.00 ms");
    assertThat(Bar.factAtLeast("Lock", "share", 0.25).text(Unit.MILLISECONDS))
        .isEqualTo("Lock, share ≥ 1/4");
  }

  private static Figures values(String name, double... values) {
    Figures figures = new Figures(name);
    for (double value : values) {
      figures.add(Sample.of(value));
    }
    return figures;
  }

  private static Verdict judge(Bar bar, Figures... figures) {
    Row row = new Row("bench", "row", "title", Unit.NANOSECONDS, List.of(), List.of(bar));
    return new Result(row, List.of(figures)).verdicts().get(0);
  }
}
