package org.interlock.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToIntFunction;
import org.interlock.PosixException;
import org.interlock.internal.children.Child;
import org.interlock.internal.children.Plan;
import org.interlock.internal.children.Start;

/**
 * A command that runs while this process holds something. It is a daemon child: if this process is
 * killed, which gives back what it holds at once, the command's guardian ends the command, and what
 * it started, so that it does not go on without. Whatever it leaves running when it ends is ended
 * before what is held is given back.
 */
final class Supervised {
  private final Plan plan;
  private final BlockingQueue<ToIntFunction<Child>> signals = new LinkedBlockingQueue<>();

  Supervised(List<String> command, Map<String, String> environment) {
    plan = Plan.of(command.toArray(String[]::new));
    plan.name(command.get(0));
    plan.daemon(true);
    plan.inheritInput();
    plan.environment(environment);
  }

  /** Runs it; the exit status as a shell says it. */
  int run() throws InterruptedException {
    passOn("TERM", Child::terminate);
    passOn("HUP", Child::hangUp);
    passOn("INT", Terminal.sendsSignalsToAll() ? child -> 0 : Child::interrupt);
    Child child;
    try {
      child = Start.of(plan);
    } catch (PosixException e) {
      throw notStarted(e);
    }
    passOnTo(child);
    try {
      int exit = child.ended().get();
      child.abandon();
      child.gone().get();
      return exit < 0 ? ExitCodes.SIGNAL - exit : exit;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for the command failed", e);
    }
  }

  private static Failure notStarted(PosixException e) {
    boolean executed = e.call().equals("execve");
    int code = executed ? ExitCodes.NOT_EXECUTABLE : ExitCodes.FAILED;
    return new Failure(
        executed && e.errnoName().equals("ENOENT") ? ExitCodes.NO_SUCH_COMMAND : code,
        String.valueOf(e.getMessage()));
  }

  /** One that comes before the command runs is kept for it. */
  private void passOn(String signal, ToIntFunction<Child> how) {
    Signals.handle(signal, () -> signals.add(how));
  }

  private void passOnTo(Child child) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  int ignored = signals.take().applyAsInt(child); // it may have ended
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interlock-signals");
    thread.setDaemon(true);
    thread.start();
  }
}
