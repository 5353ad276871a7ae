package org.interlock.labs;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the labs: {@code list} and {@code run NAME}. */
@Command(
    name = "lab",
    description = "The programs of the course.",
    mixinStandardHelpOptions = true,
    subcommands = {Labs.ListLabs.class, Labs.RunLab.class},
    synopsisSubcommandLabel = "(list | run NAME)")
final class Labs implements Runnable {
  private static final Map<String, Entry> LABS =
      new TreeMap<>(
          Map.of(
              "joinable-queue",
              new Entry(
                  "three producers, two daemon consumers, and join() that knows when all is eaten",
                  JoinableQueueLab::run)));

  private record Entry(String title, Lab lab) {}

  @Spec private CommandLine.Model.CommandSpec spec;

  private Labs() {}

  public static void main(String[] arguments) {
    int status = new CommandLine(new Labs()).execute(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: list, or run NAME");
  }

  @Command(name = "list", description = "Names the labs.", mixinStandardHelpOptions = true)
  static final class ListLabs implements Runnable {
    @Override
    public void run() {
      LABS.forEach((name, entry) -> System.out.printf("%-22s %s%n", name, entry.title()));
    }
  }

  @Command(name = "run", description = "Runs a lab.", mixinStandardHelpOptions = true)
  static final class RunLab implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "one of those that list shows")
    private String name = "";

    @Option(names = "--fast", description = "divide every pause by twenty")
    private boolean fast;

    @Option(names = "--lang", description = "en or zh", paramLabel = "LANG", defaultValue = "en")
    private String language = "en";

    @Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      Entry entry = LABS.get(name);
      if (entry == null) {
        throw new ParameterException(
            spec.commandLine(), "there is no lab \"" + name + "\"; list shows those there are");
      }
      if (!language.equals("en") && !language.equals("zh")) {
        throw new ParameterException(spec.commandLine(), "--lang is en or zh, not " + language);
      }
      entry.lab().run(new Lesson(language.equals("zh"), fast ? 20 : 1, System.console() != null));
      return 0;
    }
  }
}
