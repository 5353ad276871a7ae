package org.interlock.bench;

import java.util.List;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Runner;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.report.Table;
import org.interlock.bench.rows.Rows;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. */
@Command(
    name = "bench",
    description = "Measures Interlock side by side with C, Python and other libraries.",
    mixinStandardHelpOptions = true)
final class Bench implements Runnable {
  @Option(names = "--quick", description = "Only see that everything runs: the figures are noise.")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each contender.")
  private int rounds;

  @Option(names = "--list", description = "Name the benchmarks.")
  private boolean list;

  @Parameters(
      paramLabel = "NAME",
      description = "A benchmark, or one of its rows; all if none is named.")
  private List<String> names = List.of();

  private Bench() {}

  public static void main(String[] arguments) {
    int status = new CommandLine(new Bench()).execute(arguments);
    System.exit(status);
  }

  @Override
  public void run() {
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    Runner runner =
        new Runner(rounds > 0 ? scale.withRounds(rounds) : scale, System.err::println);
    for (Row row : Rows.all(scale)) {
      if (names.isEmpty() || names.contains(row.name()) || names.contains(row.bench())) {
        Result result = runner.run(row);
        System.out.println(Table.of(result));
      }
    }
  }
}
