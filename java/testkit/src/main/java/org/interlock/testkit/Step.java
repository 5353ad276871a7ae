package org.interlock.testkit;

/**
 * A line of a script. What is done is an operation of the program, or one of {@link #KILL}, {@link
 * #STOP}, {@link #CONTINUE} and {@link #AWAIT}.
 *
 * @param worker which worker, from 0
 * @param operation what
 */
public record Step(int worker, Operation operation) {
  /**
   * SIGKILL; a new process takes its place. With an argument: so many microseconds later, to meet
   * what it was told before.
   */
  public static final String KILL = "kill";

  /** SIGSTOP, until {@link #CONTINUE} or until it is told something while it has not answered. */
  public static final String STOP = "stop";

  /** SIGCONT. */
  public static final String CONTINUE = "cont";

  /** Waits until it has answered; otherwise only its own next operation waits for that. */
  public static final String AWAIT = "await-answer";

  @Override
  public String toString() {
    return Party.letter(worker) + " " + operation;
  }
}
