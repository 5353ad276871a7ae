package org.interlock.internal;

/**
 * Whether this JVM is a child whose task has returned. What it leaves open then it has done with,
 * like a block that ends; a process that ends in any other way was perhaps in the middle.
 */
public final class TaskOutcome {
  private static volatile boolean returned;

  private TaskOutcome() {}

  /** The task has returned. */
  public static void setReturned() {
    returned = true;
  }

  static boolean hasReturned() {
    return returned;
  }
}
