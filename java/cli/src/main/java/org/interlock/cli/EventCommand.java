package org.interlock.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.interlock.ProcessEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code event set | clear | wait NAME}. */
@Command(
    name = "event",
    description = "Sets, clears or waits for a ProcessEvent.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(set | clear | wait)",
    subcommands = {EventCommand.Set.class, EventCommand.Clear.class, EventCommand.Wait.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock event wait ready --wait 30s && ./client   # in one terminal",
      "  interlock event set ready                           # in another"
    })
final class EventCommand {
  /** What all three take. */
  static final class Named {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(paramLabel = "NAME", description = "the event; made if there is none")
    String name;

    ProcessEvent open() {
      return ProcessEvent.open(name);
    }
  }

  @Command(
      name = "set",
      description = "Lets go whoever waits, and will wait.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock event set ready")
  static final class Set implements Runnable {
    @Mixin private final Named named = new Named();

    @Override
    public void run() {
      try (ProcessEvent event = named.open()) {
        event.set();
      }
    }
  }

  @Command(
      name = "clear",
      description = "Lets wait again.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock event clear ready")
  static final class Clear implements Runnable {
    @Mixin private final Named named = new Named();

    @Override
    public void run() {
      try (ProcessEvent event = named.open()) {
        event.clear();
      }
    }
  }

  @Command(
      name = "wait",
      description = "Waits until it is set.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock event wait ready --wait 30s && ./client")
  static final class Wait implements Callable<Integer> {
    @Mixin private final Named named = new Named();
    @Mixin private final WaitOption wait = new WaitOption();

    @Override
    public Integer call() throws InterruptedException {
      try (ProcessEvent event = named.open()) {
        if (!event.await(wait.nanos(), TimeUnit.NANOSECONDS)) {
          throw wait.timedOut(ExitCodes.TIMED_OUT, "event " + named.name + " was not set");
        }
      }
      return ExitCodes.OK;
    }
  }
}
