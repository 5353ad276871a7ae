package org.interlock.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @Test
  void theTableHasFiguresSpreadAndVerdict() {
    assertThat(Table.of(result()))
        .contains("lock: lock + unlock")
        .contains("20.0 ns  ±  50 %")
        .contains("5.0 ns")
        .contains("missing: not installed")
        .contains("missed  ours ≤ 2.5 × C: 4.00 (2.00 to 6.00)")
        .contains("unknown ours ≤ 1 × Boost: unknown");
  }

  @Test
  void percentilesAreOnlyGivenWhereThereAreEnoughLatencies() {
    Histogram latencies = Outcome.newHistogram();
    for (int i = 0; i < 100; i++) {
      latencies.recordValue(2000);
    }

    assertThat(Percentiles.text(latencies, 99, Unit.MICROSECONDS)).isEqualTo("2.00 µs");
    assertThat(Percentiles.text(latencies, 99.9, Unit.MICROSECONDS)).isEqualTo("–");
    assertThat(Percentiles.name(99)).isEqualTo("p99");
    assertThat(Percentiles.name(99.9)).isEqualTo("p99.9");
  }

  @Test
  void resultsAreJson() {
    String text = ResultsFile.text(Map.of("cores", "2"), List.of(result()));

    assertThat(text)
        .contains("\"cores\": \"2\"")
        .contains("\"median\": 20.0")
        .contains("\"missing\": \"not installed\"")
        .contains("\"outcome\": \"MISSED\"")
        .contains("\"measured\": null");
  }

  @Test
  void jsonEscapesWhatItMust() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a\"b", Arrays.asList("c\\d\n", 1L, true, null, Double.NaN));
    map.put("empty", List.of());

    assertThat(Json.of(map).replaceAll("\\s", ""))
        .isEqualTo("{\"a\\\"b\":[\"c\\\\d\\u000a\",1,true,null,null],\"empty\":[]}");
  }

  @Test
  void thePageHasTablesAndPicturesOfThisRunOnly(@TempDir Path docs) throws Exception {
    Files.createDirectories(docs.resolve("benchmarks"));
    Files.createFile(docs.resolve("benchmarks/of-an-earlier-run.svg"));

    Page.publish(docs, Map.of("cores", "2"), List.of(result()));

    assertThat(docs.resolve("benchmarks.md"))
        .content()
        .contains("- cores: 2")
        .contains("| lock | ours ≤ 2.5 × C | 4.00 | 2.00 to 6.00 | missed |")
        .contains("![lock + unlock](benchmarks/lock.svg)")
        .contains("![lock + unlock](benchmarks/lock-latencies.svg)");
    try (var pictures = Files.list(docs.resolve("benchmarks"))) {
      assertThat(pictures.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock.svg", "lock-latencies.svg");
    }
    assertThat(docs.resolve("benchmarks/lock.svg")).content().contains("<svg").contains("ours");
  }

  @Test
  void allRowsOfATableHaveAsManyCells() {
    long[] cells =
        Page.figures(result())
            .lines()
            .mapToLong(line -> line.chars().filter(c -> c == '|').count())
            .toArray();

    assertThat(cells).hasSize(5).containsOnly(cells[0]);
  }

  private static Result result() {
    Row row =
        new Row(
            "lock",
            "lock",
            "lock + unlock",
            Unit.NANOSECONDS,
            List.of(),
            List.of(Bar.atMost("ours", 2.5, "C"), Bar.atMost("ours", 1, "Boost")));
    Histogram latencies = Outcome.newHistogram();
    latencies.recordValue(100);
    latencies.recordValue(900);
    Figures ours = new Figures("ours");
    ours.add(new Sample(10, Map.of("share", 0.5), latencies));
    ours.add(Sample.of(20));
    ours.add(Sample.of(30));
    Figures c = new Figures("C");
    c.add(Sample.of(5));
    c.add(Sample.of(5));
    c.add(Sample.of(5));
    Figures boost = new Figures("Boost");
    boost.missing("not installed");
    return new Result(row, List.of(ours, c, boost));
  }
}
