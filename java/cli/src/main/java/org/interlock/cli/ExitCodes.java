package org.interlock.cli;

/** What the command says of itself when it ends. Those of a command that it runs are that one's. */
final class ExitCodes {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** {@code EX_TEMPFAIL} of sysexits.h: try again later. */
  static final int TIMED_OUT = 75;

  /** These three as in a shell. */
  static final int NOT_EXECUTABLE = 126;

  static final int NO_SUCH_COMMAND = 127;
  static final int SIGNAL = 128;

  private ExitCodes() {}
}
