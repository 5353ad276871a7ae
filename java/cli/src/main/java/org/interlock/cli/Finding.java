package org.interlock.cli;

/**
 * What the doctor says of one thing.
 *
 * @param advice what to do; empty if nothing is to be done
 */
record Finding(Level level, String subject, String fact, String advice) {
  enum Level {
    OK("ok"),
    WARNING("warn"),
    PROBLEM("FAIL");

    private final String word;

    Level(String word) {
      this.word = word;
    }
  }

  static Finding ok(String subject, String fact) {
    return new Finding(Level.OK, subject, fact, "");
  }

  static Finding warning(String subject, String fact, String advice) {
    return new Finding(Level.WARNING, subject, fact, advice);
  }

  static Finding problem(String subject, String fact, String advice) {
    return new Finding(Level.PROBLEM, subject, fact, advice);
  }

  /** One line, and one more with what to do. */
  String text() {
    String line = String.format("%-5s %-14s %s", level.word, subject, fact);
    return advice.isEmpty() ? line : line + System.lineSeparator() + "      -> " + advice;
  }
}
