package org.interlock.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.interlock.ProcessLock;
import org.interlock.ProcessLock.OwnerDeath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lock NAME -- command}. */
@Command(
    name = "lock",
    description = {
      "Runs a command while holding a ProcessLock, as flock(1) does with a file.",
      "",
      "The lock is free again however the command ends. The command is ended (SIGTERM, a second"
          + " later SIGKILL) if this process is killed; the lock is then free at once, and the"
          + " next owner is told. What the command leaves running is ended with it."
    },
    mixinStandardHelpOptions = true,
    customSynopsis = "interlock lock NAME [-w TIME] [-E N] -- COMMAND...",
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock lock backup -- rsync -a src/ dst/",
      "  interlock lock backup --wait 10s -- rsync -a src/ dst/ || echo status $?",
      "  interlock lock backup --wait 0 -E 0 -- make   # nothing to do if somebody is at it"
    })
final class LockCommand implements Callable<Integer> {
  /** Tells the command that the previous owner died: its pid, 0 if that is not known. */
  private static final String OWNER_DIED = "INTERLOCK_OWNER_DIED";

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(index = "0", paramLabel = "NAME", description = "the lock; made if there is none")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "after --")
  private List<String> command;

  @Mixin private final WaitOption wait = new WaitOption();

  @Option(
      names = {"-E", "--exit-code"},
      paramLabel = "N",
      description = "exit code if the lock was not free in time (default: ${DEFAULT-VALUE})")
  private int timedOut = ExitCodes.TIMED_OUT;

  @Override
  public Integer call() throws InterruptedException {
    try (ProcessLock lock = ProcessLock.open(name)) {
      AtomicReference<OwnerDeath> death = new AtomicReference<>();
      lock.onOwnerDeath(death::set);
      Optional<ProcessLock.Hold> taken = lock.tryHold(wait.nanos(), TimeUnit.NANOSECONDS);
      if (taken.isEmpty()) {
        throw wait.timedOut(timedOut, "lock " + name + " was not free");
      }
      try (ProcessLock.Hold hold = taken.get()) {
        return new Supervised(command, environment(hold, death.get())).run();
      }
    }
  }

  private Map<String, String> environment(ProcessLock.Hold hold, @Nullable OwnerDeath death) {
    if (!hold.previousOwnerDied()) {
      return Map.of();
    }
    long pid = death == null ? 0 : death.pid();
    Interlock.say(
        "the previous owner of lock " + name + " died" + (pid == 0 ? "" : ": pid " + pid));
    return Map.of(OWNER_DIED, Long.toString(pid));
  }
}
