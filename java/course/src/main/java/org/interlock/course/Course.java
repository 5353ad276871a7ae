package org.interlock.course;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the course: {@code list} and {@code check NUMBER}. */
@Command(
    name = "course",
    description = "The exercises of the course.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | check NUMBER)")
final class Course implements Runnable {
  private static final int WRONG = 1;

  /** What the course speaks. */
  enum Language {
    EN,
    ZH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  private Course() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Course()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: list, or check NUMBER");
  }

  @Command(name = "list", description = "Names the exercises.", mixinStandardHelpOptions = true)
  void list(
      @Option(
              names = "--lang",
              paramLabel = "LANG",
              defaultValue = "en",
              description = "${COMPLETION-CANDIDATES}")
          Language language) {
    for (Exercise exercise : Exercises.ALL) {
      String goal = exercise.goal().in(language == Language.ZH);
      System.out.printf("%s  %-12s %s%n", exercise.number(), exercise.className(), goal);
    }
  }

  @Command(
      name = "check",
      description = "Tries to show that a solution is wrong. Exit status 1 if it is.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(paramLabel = "NUMBER", description = "Of the exercise: 2.1") String number,
      @Option(
              names = "--class",
              paramLabel = "NAME",
              description = "Of the solution, if it is another than the exercise says.")
          @Nullable String className,
      @Option(
              names = "--lang",
              paramLabel = "LANG",
              defaultValue = "en",
              description = "${COMPLETION-CANDIDATES}")
          Language language) {
    Exercise exercise =
        Exercises.find(number)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.subcommands().get("check"),
                        "there is no exercise \"" + number + "\"; list shows those there are"));
    try (Check check = new Check()) {
      Check.Result result =
          check.run(exercise, className == null ? exercise.className() : className);
      System.out.println(Report.of(result, language == Language.ZH));
      return result.fault() == null ? 0 : WRONG;
    }
  }
}
