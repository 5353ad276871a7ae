package org.interlock.testkit;

/** What a {@link History} consists of. */
public sealed interface Event {

  /**
   * Whom it concerns.
   *
   * @return the process
   */
  Party party();

  /**
   * Written before the process is told.
   *
   * @param party who is told
   * @param call the number of the call in its history
   * @param operation what
   */
  record Called(Party party, int call, Operation operation) implements Event {}

  /**
   * Written after the answer was heard.
   *
   * @param party who answered
   * @param call the number of the call in its history
   * @param answer what came of it
   */
  record Answered(Party party, int call, String answer) implements Event {}

  /**
   * Written before the process is killed.
   *
   * @param party who
   */
  record Killing(Party party) implements Event {}

  /**
   * Written after the process is gone, and all it said was heard.
   *
   * @param party who
   */
  record Gone(Party party) implements Event {}

  /**
   * For the reader; means nothing.
   *
   * @param party who
   * @param text what
   */
  record Note(Party party, String text) implements Event {}
}
