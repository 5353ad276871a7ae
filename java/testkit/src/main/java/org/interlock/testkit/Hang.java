package org.interlock.testkit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A worker did not answer in time. It is of no use after that, and neither is its crew. */
public final class Hang extends AssertionError {
  private static final long serialVersionUID = 1;

  private final transient History history;
  private final TreeMap<String, String> stacks;

  Hang(String message, Throwable cause) {
    this(message, cause, new History(List.of()), Map.of());
  }

  Hang(String message, Throwable cause, History history, Map<String, String> stacks) {
    super(message, cause);
    this.history = history;
    this.stacks = new TreeMap<>(stacks);
  }

  /**
   * What had happened before.
   *
   * @return the history
   */
  public History history() {
    return history;
  }

  /**
   * Where the workers were that had not answered.
   *
   * @return the stacks of all threads, by the names of the workers
   */
  public Map<String, String> stacks() {
    return Map.copyOf(stacks);
  }
}
