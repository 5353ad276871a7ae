package org.interlock.internal.selfcheck;

import java.io.Serializable;
import org.interlock.Shared;

/**
 * A row of the table: an object, and what must be true of it in another process, here while that
 * process lives, and here after it was killed.
 *
 * @param name what the user is told
 * @param object a reference to it travels to the other process
 * @param inChild done there first; what it started may go on when it returns
 */
record Check<S extends Shared>(
    String name, S object, Step<S> inChild, Step<S> whileChildLives, Step<S> afterItWasKilled)
    implements Serializable {

  /** Something that is true if the object works. */
  @FunctionalInterface
  interface Step<S> extends Serializable {
    boolean holds(S object) throws Exception;
  }

  /** Empty, or what went wrong. */
  private static <S> String outcome(Step<S> step, S object, String when) {
    try {
      return step.holds(object) ? "" : when + ": it does not behave as it should";
    } catch (Exception | LinkageError e) {
      return when + ": " + e;
    }
  }

  /** Empty, or what went wrong. */
  String failureInChild() {
    return outcome(inChild, object, "in another process");
  }

  /** Empty, or what went wrong. */
  String failureWhileChildLives() {
    return outcome(whileChildLives, object, "with a living process");
  }

  /** Empty, or what went wrong. */
  String failureAfterItWasKilled() {
    return outcome(afterItWasKilled, object, "after that was killed");
  }
}
