package org.interlock.testkit;

import java.util.List;

/**
 * Something a worker is told to do, as words: {@code offer 7}.
 *
 * @param name what to do
 * @param arguments with what
 */
public record Operation(String name, List<String> arguments) {

  /**
   * Makes one.
   *
   * @param name what to do
   * @param arguments with what
   */
  public Operation {
    arguments = List.copyOf(arguments);
  }

  /**
   * Makes one.
   *
   * @param name what to do
   * @param arguments with what
   * @return the operation
   */
  public static Operation of(String name, String... arguments) {
    return new Operation(name, List.of(arguments));
  }

  /**
   * One of its arguments.
   *
   * @param index which
   * @return the argument
   * @throws IllegalArgumentException if it has fewer
   */
  public String argument(int index) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException("argument " + index + " is missing: " + this);
    }
    return arguments.get(index);
  }

  @Override
  public String toString() {
    return arguments.isEmpty() ? name : name + " " + String.join(" ", arguments);
  }
}
