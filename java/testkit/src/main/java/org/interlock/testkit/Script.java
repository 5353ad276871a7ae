package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What workers are told, one step after another. Prints as lines.
 *
 * @param steps the steps
 */
public record Script(List<Step> steps) {
  /** An argument that stands for a number that no other step has. */
  public static final String NUMBER = "#";

  /**
   * Makes one.
   *
   * @param steps the steps, in which each {@link #NUMBER} becomes one
   */
  public Script {
    List<Step> numbered = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String number = String.valueOf(i + 1);
      List<String> arguments =
          step.operation().arguments().stream()
              .map(argument -> argument.equals(NUMBER) ? number : argument)
              .toList();
      numbered.add(new Step(step.worker(), new Operation(step.operation().name(), arguments)));
    }
    steps = List.copyOf(numbered);
  }

  /**
   * This script with more at its end: what shows what became of it.
   *
   * @param worker who is told
   * @param times how many times
   * @param operation what
   * @return the script
   */
  public Script then(int worker, int times, Operation operation) {
    List<Step> more = new ArrayList<>(steps);
    for (int i = 0; i < times; i++) {
      more.add(new Step(worker, operation));
    }
    return new Script(more);
  }

  /**
   * How often something is in it.
   *
   * @param name of an operation
   * @return how often
   */
  public int count(String name) {
    return (int) steps.stream().filter(step -> step.operation().name().equals(name)).count();
  }

  @Override
  public String toString() {
    return steps.isEmpty()
        ? "(no steps)"
        : steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }
}
