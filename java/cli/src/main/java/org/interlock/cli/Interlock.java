package org.interlock.cli;

import java.time.Duration;
import java.util.List;
import org.interlock.IncompatibleObjectException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line: what there is, and how its subcommands end. */
@Command(
    name = "interlock",
    description = "Locks, events, semaphores and queues between processes, for the shell.",
    mixinStandardHelpOptions = true,
    version = "interlock 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; the reason is on stderr",
      "2:wrong usage",
      "75:the time of --wait was over",
      "126:the command of lock or permits cannot be executed",
      "127:there is no such command",
      "128+n:signal n ended it; else its own exit code"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock ls                             what there is, and who has it",
      "  interlock lock backup --wait 10s -- rsync -a src/ dst/",
      "  seq 100 | interlock queue put jobs --shutdown",
      "  interlock queue take jobs | xargs -n1 ./work",
      "  source <(interlock generate-completion)  completion for bash and zsh"
    })
final class Interlock {
  /** In the order in which help shows them. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          ListCommand.class,
          ShowCommand.class,
          DumpCommand.class,
          RemoveCommand.class,
          SweepCommand.class,
          LockCommand.class,
          PermitsCommand.class,
          SemaphoreCommand.class,
          EventCommand.class,
          QueueCommand.class,
          DoctorCommand.class,
          GenerateCompletion.class,
          HelpCommand.class);

  private Interlock() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Without the end of the JVM: what a test sees of it. */
  static int run(String... arguments) {
    try {
      return commandLine(arguments).execute(arguments);
    } catch (LinkageError e) { // the native library: what is wrong, and what to do
      return failed(e.getMessage() + "; `interlock doctor` looks for the cause");
    }
  }

  /**
   * Knows the command that comes first in the arguments, or if none does, all. To look at a dozen
   * classes that are not asked for costs more than most commands do.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Interlock());
    List<Class<?>> asked =
        COMMANDS.stream()
            .filter(type -> arguments.length > 0 && nameOf(type).equals(arguments[0]))
            .filter(type -> type.getPackage() == Interlock.class.getPackage())
            .toList();
    for (Class<?> type : asked.isEmpty() ? COMMANDS : asked) {
      line.addSubcommand(type);
    }
    return line.registerConverter(Duration.class, new Times())
        .registerConverter(Integer.class, new WholeNumber())
        .registerConverter(int.class, new WholeNumber())
        .setParameterExceptionHandler((e, unused) -> Misuse.tell(e))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> exitCodeOf(e));
  }

  private static String nameOf(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }

  private static int exitCodeOf(Exception e) throws Exception {
    if (e instanceof Failure failure) {
      say(String.valueOf(failure.getMessage()));
      return failure.exitCode();
    }
    if (e instanceof IllegalArgumentException && !(e instanceof IncompatibleObjectException)) {
      say(String.valueOf(e.getMessage())); // a name that cannot be one, and the like
      return ExitCodes.USAGE;
    }
    if (e.getClass().getName().startsWith("org.interlock.") || e instanceof java.io.IOException) {
      return failed(String.valueOf(e.getMessage()));
    }
    throw e; // ours: picocli prints the stack
  }

  private static int failed(String message) {
    say(message);
    return ExitCodes.FAILED;
  }

  static void say(String message) {
    System.err.println("interlock: " + message);
  }
}
