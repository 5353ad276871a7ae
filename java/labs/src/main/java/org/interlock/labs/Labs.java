package org.interlock.labs;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.interlock.labs.timeline.Timeline;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the labs: {@code list} and {@code run NAME}. */
@Command(
    name = "lab",
    description = "The programs of the course.",
    mixinStandardHelpOptions = true,
    subcommands = {Labs.ListLabs.class, Labs.RunLab.class, DeathExperiments.class},
    synopsisSubcommandLabel = "(list | run NAME)")
final class Labs implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  private Labs() {}

  public static void main(String[] arguments) {
    int status = commandLine().execute(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Labs()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: list, or run NAME");
  }

  @Command(
      name = "list",
      description = "Names the labs, in the order of the lesson.",
      mixinStandardHelpOptions = true)
  static final class ListLabs implements Runnable {
    @Override
    public void run() {
      new CommandLine(new RunLab())
          .getSubcommands()
          .forEach(
              (name, lab) ->
                  System.out.printf(
                      "%-22s %s%n",
                      name, String.join(" ", lab.getCommandSpec().usageMessage().description())));
    }
  }

  @Command(
      name = "run",
      description = "Runs a lab. Its own options: run NAME --help.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "NAME",
      commandListHeading = "Labs:%n",
      subcommands = {
        DaemonChildLab.class,
        PrintRaceLab.class,
        PrintLockLab.class,
        SharedFileLab.class,
        KtvSemaphoreLab.class,
        QueueMethodsLab.class,
        QueueChatLab.class,
        PipeTalkLab.class,
        ProducerConsumerLab.class,
        SentinelLab.class,
        SentinelFromParentLab.class,
        ManySentinelsLab.class,
        ShutdownLab.class,
        JoinableQueueLab.class,
        EventBasicsLab.class,
        TrafficLightsLab.class,
        CondvarHangLab.class,
        KillTheHolderLab.class,
        CrashSafeWorkersLab.class
      })
  static final class RunLab implements Runnable {
    /** What the labs speak. */
    enum Language {
      EN,
      ZH;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    @Option(
        names = "--fast",
        description = "Divide every pause by twenty.",
        scope = ScopeType.INHERIT)
    private boolean fast;

    @Option(
        names = "--lang",
        paramLabel = "LANG",
        description = "Language, ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.",
        defaultValue = "en",
        scope = ScopeType.INHERIT)
    private Language language = Language.EN;

    @Option(
        names = "--timeline",
        paramLabel = "FILE.html",
        description = "Draw what each process did: a page to look at in a browser.",
        scope = ScopeType.INHERIT)
    private @Nullable Path timeline;

    @Parameters(arity = "0..1", hidden = true)
    private @Nullable String unknown;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    /** Only called when no lab was named. */
    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          unknown == null
              ? "say which lab; list shows those there are"
              : "there is no lab \"" + unknown + "\"; list shows those there are");
    }

    /** Runs a lab, recorded if that is wanted: then this very command once more, in another JVM. */
    int run(Lab lab, String name) throws Exception {
      if (timeline == null || Timeline.isRecorded()) {
        lab.run(lesson());
        return 0;
      }
      List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
      boolean chinese = language == Language.ZH;
      try {
        return Timeline.draw(timeline, name, chinese, Labs.class.getName(), arguments);
      } catch (IOException e) {
        throw new ParameterException(spec.commandLine(), "--timeline: " + e.getMessage(), e);
      }
    }

    Lesson lesson() {
      return new Lesson(language == Language.ZH, fast ? 20 : 1, isTerminal());
    }

    private static boolean isTerminal() {
      return Optional.ofNullable(System.console()).map(RunLab::isTerminal).orElse(false);
    }

    /** From JDK 22 on there can be a console that is no terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
      try {
        return (boolean) Console.class.getMethod("isTerminal").invoke(console);
      } catch (ReflectiveOperationException olderJdk) {
        return true;
      }
    }
  }
}
