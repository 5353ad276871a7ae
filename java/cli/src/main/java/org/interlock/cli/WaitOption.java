package org.interlock.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --wait}, of whatever waits. */
final class WaitOption {
  @Option(
      names = {"-w", "--wait"},
      paramLabel = "TIME",
      description = "wait no longer than this (500ms, 10s, 2m); 0 tries once; for ever if absent")
  private @Nullable Duration wait;

  /** For calls of j.u.c. manners. */
  long nanos() {
    return wait == null ? Long.MAX_VALUE : wait.toNanos();
  }

  /** What to do when the time is over. */
  Failure timedOut(int exitCode, String what) {
    String limit = wait == null || wait.isZero() ? "now" : "within " + brief(wait);
    return new Failure(exitCode, what + " " + limit);
  }

  private static String brief(Duration wait) {
    return wait.toMillis() % 1000 == 0 ? wait.toSeconds() + "s" : wait.toMillis() + "ms";
  }
}
