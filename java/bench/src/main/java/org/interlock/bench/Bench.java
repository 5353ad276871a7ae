package org.interlock.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Runner;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Verdict;
import org.interlock.bench.report.Machine;
import org.interlock.bench.report.Page;
import org.interlock.bench.report.ResultsFile;
import org.interlock.bench.report.Table;
import org.interlock.bench.rows.Rows;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. A missed bar is no failure; a wrong result is. */
@Command(
    name = "bench",
    description = "Measures Interlock side by side with C, Python and other libraries.",
    mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {
  @Option(names = "--quick", description = "Only see that everything runs: the figures are noise.")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "How often each has its turn.")
  private int rounds;

  @Option(names = "--list", description = "Name the benchmarks and their rows.")
  private boolean list;

  @Option(
      names = "--publish",
      paramLabel = "DIR",
      hidden = true,
      description = "Write benchmarks.md and its pictures there.")
  private @Nullable Path publish;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      hidden = true,
      description = "Where the figures go.",
      defaultValue = "target/bench/results.json")
  private Path file = Path.of("target", "bench", "results.json");

  @Parameters(paramLabel = "NAME", description = "Benchmarks or rows; all if none is named.")
  private List<String> names = List.of();

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    List<Row> rows = chosen(Rows.all(rounds > 0 ? scale.withRounds(rounds) : scale));
    if (list) {
      rows.forEach(
          row -> System.out.printf("%-15s %-17s %s%n", row.bench(), row.name(), row.title()));
      return 0;
    }
    Map<String, String> machine = Machine.facts();
    Runner runner = new Runner(rounds > 0 ? scale.withRounds(rounds) : scale, System.err::println);
    List<Result> results = new ArrayList<>();
    for (Row row : rows) {
      Result result = runner.run(row);
      results.add(result);
      System.out.println(Table.of(result));
    }
    ResultsFile.write(file, machine, results);
    if (publish != null) {
      Page.publish(publish, machine, results);
    }
    return conclude(results);
  }

  private List<Row> chosen(List<Row> all) {
    for (String name : names) {
      if (all.stream().noneMatch(row -> row.name().equals(name) || row.bench().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no benchmark \"" + name + "\"; --list shows those there are");
      }
    }
    return all.stream()
        .filter(row -> names.isEmpty() || names.contains(row.name()) || names.contains(row.bench()))
        .toList();
  }

  private int conclude(List<Result> results) {
    for (Verdict.Outcome outcome : Verdict.Outcome.values()) {
      long count =
          results.stream()
              .flatMap(result -> result.verdicts().stream())
              .filter(verdict -> verdict.outcome() == outcome)
              .count();
      System.out.printf("bars %s: %d%n", outcome.name().toLowerCase(java.util.Locale.ROOT), count);
    }
    List<String> unsound =
        results.stream()
            .filter(result -> !result.isSound())
            .map(result -> result.row().name())
            .toList();
    if (unsound.isEmpty()) {
      System.out.println(
          "all results are right" + (quick ? "; the figures are noise (--quick)" : ""));
      return 0;
    }
    System.out.println("wrong results: " + String.join(", ", unsound));
    return 1;
  }
}
