package org.interlock.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code semaphore acquire | release | value NAME}. */
@Command(
    name = "semaphore",
    description = {
      "Uses a POSIX semaphore, the one that sem_open gives a C or Python program.",
      "",
      "Nobody owns a permit: what is acquired here must be released by somebody. See permits for"
          + " those that come back by themselves."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(acquire | release | value)",
    subcommands = {
      SemaphoreCommand.Acquire.class,
      SemaphoreCommand.Release.class,
      SemaphoreCommand.Value.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock semaphore acquire rooms --permits 3 --wait 10s",
      "  interlock semaphore release rooms",
      "  interlock semaphore value rooms"
    })
final class SemaphoreCommand {
  /** What all three take. */
  static final class Named {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(paramLabel = "NAME", description = "without slash; made if there is none")
    String name;

    @Option(
        names = "--permits",
        paramLabel = "N",
        description = "what it has when it is made here (default: ${DEFAULT-VALUE})")
    private int permits = 1;

    ProcessSemaphore open() {
      return ProcessSemaphore.open(name, permits);
    }
  }

  @Command(
      name = "acquire",
      description = "Takes a permit.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock semaphore acquire rooms --permits 3 --wait 10s")
  static final class Acquire implements Callable<Integer> {
    @Mixin private final Named named = new Named();
    @Mixin private final WaitOption wait = new WaitOption();

    @Override
    public Integer call() throws InterruptedException {
      try (ProcessSemaphore semaphore = named.open()) {
        if (!semaphore.tryAcquire(wait.nanos(), TimeUnit.NANOSECONDS)) {
          throw wait.timedOut(ExitCodes.TIMED_OUT, "semaphore " + named.name + " had no permit");
        }
      }
      return ExitCodes.OK;
    }
  }

  @Command(
      name = "release",
      description = "Gives permits.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock semaphore release rooms -n 2")
  static final class Release implements Runnable {
    @Mixin private final Named named = new Named();

    @Option(
        names = {"-n", "--count"},
        paramLabel = "N",
        description = "how many (default: ${DEFAULT-VALUE})")
    private int count = 1;

    @Override
    public void run() {
      try (ProcessSemaphore semaphore = named.open()) {
        semaphore.release(count);
      }
    }
  }

  @Command(
      name = "value",
      description = "Prints how many permits there are.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock semaphore value rooms")
  static final class Value implements Runnable {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(paramLabel = "NAME", description = "without slash")
    private String name;

    @Override
    public void run() {
      try (ProcessSemaphore semaphore =
          ProcessSemaphore.find(name)
              .orElseThrow(() -> Failure.of("there is no semaphore " + name))) {
        System.out.println(semaphore.availablePermits());
      }
    }
  }
}
