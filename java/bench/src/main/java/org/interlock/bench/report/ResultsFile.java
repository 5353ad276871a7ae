package org.interlock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Verdict;

/** All figures of a run, for programs: results.json. */
public final class ResultsFile {
  private ResultsFile() {}

  public static void write(Path file, Map<String, String> machine, List<Result> results)
      throws IOException {
    Files.createDirectories(file.toAbsolutePath().resolveSibling("").normalize());
    Files.writeString(file, text(machine, results));
  }

  static String text(Map<String, String> machine, List<Result> results) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine);
    all.put("results", results.stream().map(ResultsFile::result).toList());
    return Json.of(all);
  }

  private static Map<String, Object> result(Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("benchmark", result.row().bench());
    fields.put("name", result.row().name());
    fields.put("title", result.row().title());
    fields.put("unit", result.row().unit().name());
    fields.put("contenders", result.figures().stream().map(ResultsFile::figures).toList());
    fields.put(
        "bars", result.verdicts().stream().map(verdict -> verdict(verdict, result)).toList());
    return fields;
  }

  private static Map<String, Object> figures(Figures figures) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", figures.contender());
    if (figures.missing() != null) {
      fields.put("missing", figures.missing());
    }
    if (figures.failure() != null) {
      fields.put("failure", figures.failure());
    }
    if (figures.isThere()) {
      fields.put("median", figures.median());
      fields.put("spread", figures.spread());
      fields.put("rounds", Arrays.stream(figures.values(null)).boxed().toList());
      fields.put("facts", figures.facts());
      Histogram latencies = figures.latencies();
      if (latencies != null) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("count", latencies.getTotalCount());
        for (double each : Percentiles.ALL) {
          if (Percentiles.isKnown(latencies, each)) {
            percentiles.put(Percentiles.name(each) + " ns", latencies.getValueAtPercentile(each));
          }
        }
        fields.put("latencies", percentiles);
      }
    }
    return fields;
  }

  private static Map<String, Object> verdict(Verdict verdict, Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bar", verdict.bar().text(result.row().unit()));
    fields.put("outcome", verdict.outcome().name());
    fields.put("measured", verdict.ratio());
    fields.put("least", verdict.least());
    fields.put("most", verdict.most());
    return fields;
  }
}
