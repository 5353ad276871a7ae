package org.interlock.cli;

/** What a subcommand could not do: one sentence for stderr, and an exit code. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static Failure of(String message) {
    return new Failure(ExitCodes.FAILED, message);
  }

  int exitCode() {
    return exitCode;
  }
}
