package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a script. What is done is an operation of the program, or one of {@link #KILL}, {@link
 * #STOP}, {@link #CONTINUE} and {@link #AWAIT}.
 *
 * @param worker which worker, from 0
 * @param operation what
 */
public record Step(int worker, Operation operation) {
  /**
   * SIGKILL; a new process takes its place. With arguments, {@code kill 90 offer 7}, the worker is
   * told the operation behind the number first, and killed that many microseconds later.
   */
  public static final String KILL = "kill";

  /** SIGSTOP, until {@link #CONTINUE} or until it is told something while it has not answered. */
  public static final String STOP = "stop";

  /** SIGCONT. */
  public static final String CONTINUE = "cont";

  /** Waits until it has answered; otherwise only its own next operation waits for that. */
  public static final String AWAIT = "await-answer";

  static Operation killed(int micros, Operation operation) {
    List<String> arguments = new ArrayList<>(List.of(String.valueOf(micros), operation.name()));
    arguments.addAll(operation.arguments());
    return new Operation(KILL, arguments);
  }

  @Override
  public String toString() {
    return Party.letter(worker) + " " + operation;
  }
}
