package org.interlock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.Verdict;

/** docs/benchmarks.md: the bars, then for each row a table and its pictures. */
public final class Page {
  private static final String PICTURES = "benchmarks";

  private Page() {}

  public static void publish(Path docs, Map<String, String> machine, List<Result> results)
      throws IOException {
    Path pictures = docs.resolve(PICTURES);
    removeOld(pictures);
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Benchmarks

        Written by `./scripts/bench --publish`. Contenders of a row take turns in one run, round by round; a \
        figure is the median of the rounds, ± half of what lies between the best and the worst. Ratios compare \
        rounds that followed each other. Results are checked by counts and checksums.

        """);
    machine.forEach(
        (name, value) -> page.append("- ").append(name).append(": ").append(value).append('\n'));
    page.append("\n## Bars\n\n").append(bars(results));
    for (Result result : results) {
      page.append("\n## ").append(result.row().name()).append('\n');
      page.append('\n').append(result.row().title()).append("\n\n").append(figures(result));
      for (Optional<String> picture :
          List.of(Pictures.bars(result, pictures), Pictures.curves(result, pictures))) {
        picture.ifPresent(
            file ->
                page.append("\n![" + result.row().title() + "](" + PICTURES + "/" + file + ")\n"));
      }
    }
    Files.writeString(docs.resolve("benchmarks.md"), page);
  }

  static String bars(List<Result> results) {
    StringBuilder table =
        new StringBuilder("| row | bar | measured | of the rounds | |\n|---|---|---|---|---|\n");
    for (Result result : results) {
      for (Verdict verdict : result.verdicts()) {
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s to %s | %s |%n",
                result.row().name(),
                verdict.bar().text(result.row().unit()),
                Table.ratio(verdict.ratio()),
                Table.ratio(verdict.least()),
                Table.ratio(verdict.most()),
                verdict.outcome().name().toLowerCase(Locale.ROOT)));
      }
    }
    return table.toString();
  }

  static String figures(Result result) {
    Unit unit = result.row().unit();
    boolean curves = result.figures().stream().anyMatch(some -> some.latencies() != null);
    StringBuilder table = new StringBuilder("| | median | ± |");
    List<Double> percentiles = curves ? Percentiles.ALL : List.of();
    percentiles.forEach(each -> table.append(' ').append(Percentiles.name(each)).append(" |"));
    table.append(" |\n|---|---|---|").append("---|".repeat(percentiles.size())).append("---|\n");
    for (Figures some : result.figures()) {
      table.append("| ").append(some.contender()).append(" | ");
      if (some.isThere()) {
        table.append(unit.format(some.median())).append(" | ").append(Table.percent(some));
        percentiles.forEach(
            each -> table.append(" | ").append(Percentiles.text(some.latencies(), each, unit)));
        table.append(" | ");
        table.append(
            some.facts().entrySet().stream()
                .map(fact -> fact.getKey() + " " + Table.ratio(fact.getValue()))
                .collect(Collectors.joining(", ")));
      } else {
        table.append(
            some.missing() != null ? "missing: " + some.missing() : "failed: " + some.failure());
        table.append(" | | ").append("| ".repeat(percentiles.size()));
      }
      table.append(" |\n");
    }
    return table.toString();
  }

  private static void removeOld(Path pictures) throws IOException {
    if (Files.isDirectory(pictures)) {
      try (Stream<Path> files = Files.list(pictures)) {
        for (Path file : files.filter(name -> name.toString().endsWith(".svg")).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
