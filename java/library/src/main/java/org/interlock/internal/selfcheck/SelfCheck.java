package org.interlock.internal.selfcheck;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.internal.Deadline;

/**
 * Runs a table of {@link Check}s: their first steps in a daemon child, the second ones here beside
 * it, the third ones after that child was killed.
 */
// serial: that a lambda reaches private members; a child of this program reads it.
@SuppressWarnings("serial")
final class SelfCheck {
  private static final int KILLED = -9;

  private SelfCheck() {}

  /**
   * Prints a line for each, and closes their objects.
   *
   * @return whether all is well
   */
  static boolean run(List<Check<?>> checks, PrintStream out) throws InterruptedException {
    Map<String, String> failures = new LinkedHashMap<>();
    checks.forEach(check -> failures.put(check.name(), ""));
    String ofChild = tryOut(checks, failures);
    checks.forEach(check -> check.object().close());
    failures.forEach((name, failure) -> print(out, name, failure));
    print(out, "ChildProcess", ofChild);
    return ofChild.isEmpty() && failures.values().stream().allMatch(String::isEmpty);
  }

  private static void print(PrintStream out, String name, String failure) {
    out.printf("  %-28s%s%n", name, failure.isEmpty() ? "ok" : "FAILED " + failure);
  }

  /** Fills in what fails; the result is what the child itself has to do with it. */
  private static String tryOut(List<Check<?>> checks, Map<String, String> failures)
      throws InterruptedException {
    try (ProcessQueue<String> outcomes = ProcessQueue.create(Codec.strings(), checks.size())) {
      List<Check<?>> rows = new ArrayList<>(checks);
      ChildProcess child = ChildProcess.startDaemon(() -> playOther(rows, outcomes));
      for (Check<?> check : checks) {
        failures.put(check.name(), answer(child, outcomes));
        if (!child.isAlive()) {
          return "it ended with exit code " + child.exitCode().orElseThrow();
        }
      }
      checks.forEach(check -> note(failures, check.name(), check.failureWhileChildLives()));
      child.kill();
      if (!child.join(Checks.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return "it lives on after it was killed";
      }
      checks.forEach(check -> note(failures, check.name(), check.failureAfterItWasKilled()));
      int exitCode = child.exitCode().orElseThrow();
      return exitCode == KILLED ? "" : "its exit code is " + exitCode + " and not " + KILLED;
    }
  }

  /** What the child says of one check: empty if all is well. */
  private static String answer(ChildProcess child, ProcessQueue<String> outcomes)
      throws InterruptedException {
    Deadline deadline = Deadline.after(Checks.PATIENCE_SECONDS, TimeUnit.SECONDS);
    while (child.isAlive() && deadline.remaining() > 0) {
      String outcome = outcomes.poll(100, TimeUnit.MILLISECONDS);
      if (outcome != null) {
        return outcome;
      }
    }
    return "in another process: no answer";
  }

  /** The first failure counts: others may follow from it. */
  private static void note(Map<String, String> failures, String name, String failure) {
    failures.merge(name, failure, (first, second) -> first.isEmpty() ? second : first);
  }

  /** In the child, which keeps what it took until it is killed. */
  private static void playOther(List<Check<?>> checks, ProcessQueue<String> outcomes)
      throws InterruptedException {
    for (Check<?> check : checks) {
      outcomes.put(check.failureInChild());
    }
    Thread.sleep(Long.MAX_VALUE);
  }
}
