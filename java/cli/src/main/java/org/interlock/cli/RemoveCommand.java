package org.interlock.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.interlock.PosixException;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Failures;
import org.interlock.internal.Names;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;
import org.interlock.internal.look.Bystander;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.Space;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rm NAME}. */
@Command(
    name = "rm",
    description = {
      "Removes names, of whole and of damaged objects.",
      "",
      "A name that is in use stays, unless --force: whoever has the object open goes on with it, and"
          + " whoever opens the name afterwards gets another one."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  interlock rm orders", "  interlock rm --semaphore rooms"})
final class RemoveCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(arity = "1..*", paramLabel = "NAME", description = "as ls shows it")
  private List<String> names;

  @Option(
      names = {"-f", "--force"},
      description = "also names in use; and it is no failure if there is none")
  private boolean force;

  @Option(
      names = "--semaphore",
      description = "POSIX semaphores; nobody knows whether those are in use")
  private boolean semaphores;

  @Override
  public Integer call() {
    Natives.require();
    int exitCode = ExitCodes.OK;
    for (String name : names) {
      try {
        remove(name);
      } catch (Failure
          | PosixException
          | IllegalArgumentException e) { // the others go all the same
        Interlock.say(String.valueOf(e.getMessage()));
        exitCode =
            Math.max(
                exitCode,
                e instanceof IllegalArgumentException ? ExitCodes.USAGE : ExitCodes.FAILED);
      }
    }
    return exitCode;
  }

  private void remove(String name) {
    int status;
    try (NativeArena arena = new NativeArena()) {
      long address = arena.string(name);
      status =
          semaphores
              ? ColdCalls.il_semaphore_name_unlink(address)
              : force
                  ? ColdCalls.il_name_unlink(address)
                  : ColdCalls.il_name_unlink_unused(address);
    }
    switch (Status.code(status)) {
      case Status.OK -> {}
      case Status.WOULD_BLOCK -> throw inUse(name);
      case Status.NOT_FOUND -> {
        if (!force) {
          throw Failure.of(notFound(name));
        }
      }
      case Status.INVALID -> throw invalid(status, name);
      default -> throw Failures.of(status, name);
    }
  }

  /** Tells the rule, if it is the name that breaks it. */
  private static RuntimeException invalid(int status, String name) {
    return Failures.of(status, Names.check(name));
  }

  private static Failure inUse(String name) {
    String pids =
        Bystander.look(Space.OBJECTS, name).stream()
            .flatMap(view -> view.users().stream())
            .map(user -> Integer.toString(user.pid()))
            .collect(Collectors.joining(" "));
    return Failure.of(name + " is in use by " + pids + "; --force removes its name all the same");
  }

  private String notFound(String name) {
    Space other = semaphores ? Space.OBJECTS : Space.SEMAPHORES;
    Optional<ObjectView> there = Bystander.look(other, name);
    return "there is no "
        + (semaphores ? "semaphore " : "object ")
        + name
        + (there.isEmpty()
            ? ""
            : semaphores ? ", but an object" : ", but a semaphore: add --semaphore");
  }
}
