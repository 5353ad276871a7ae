package org.interlock.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.interlock.PermitPool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code permits NAME --of N -- command}. */
@Command(
    name = "permits",
    description = {
      "Runs a command while holding a permit of a PermitPool: no more than N at a time.",
      "",
      "The permit is there again however the command, or this process, ends; as for lock."
    },
    mixinStandardHelpOptions = true,
    customSynopsis = "interlock permits NAME --of N [-w TIME] [-E N] -- COMMAND...",
    footerHeading = "%nExamples:%n",
    footer = "  interlock permits downloads --of 3 -- curl -O https://example.org/file")
final class PermitsCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(index = "0", paramLabel = "NAME", description = "the pool; made if there is none")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "after --")
  private List<String> command;

  @Option(
      names = "--of",
      required = true,
      paramLabel = "N",
      description = "how many permits the pool has; the same for all who use it")
  private int permits;

  @Mixin private final WaitOption wait = new WaitOption();

  @Option(
      names = {"-E", "--exit-code"},
      paramLabel = "N",
      description = "exit code if there was no permit in time (default: ${DEFAULT-VALUE})")
  private int timedOut = ExitCodes.TIMED_OUT;

  @Override
  public Integer call() throws InterruptedException {
    try (PermitPool pool = PermitPool.open(name, permits)) {
      Optional<PermitPool.Permit> taken = pool.tryAcquire(wait.nanos(), TimeUnit.NANOSECONDS);
      if (taken.isEmpty()) {
        throw wait.timedOut(timedOut, "there was no permit of " + name);
      }
      PermitPool.Permit permit = taken.get();
      try {
        return new Supervised(command, Map.of()).run();
      } finally {
        permit.close();
      }
    }
  }
}
