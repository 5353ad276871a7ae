package org.interlock.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command line that cannot be understood. */
final class Misuse {
  private Misuse() {}

  /**
   * What is wrong, how it is written, and where more stands. Not all of the help: the first line
   * would be out of sight above it.
   */
  static int tell(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("interlock: " + wrong(e, command));
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.print(command.getHelp().fullSynopsis());
    }
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCodes.USAGE;
  }

  private static String wrong(ParameterException e, CommandLine command) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String word = "'" + unmatched.getUnmatched().get(0) + "'";
      return command.getSubcommands().isEmpty()
          ? word + " is one argument too many"
          : "there is no command " + word;
    }
    String message = String.valueOf(e.getMessage());
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
