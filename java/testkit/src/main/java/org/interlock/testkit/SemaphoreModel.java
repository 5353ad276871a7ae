package org.interlock.testkit;

import java.util.List;

/**
 * A semaphore whose permits nobody owns: those of a killed process are lost. Operations: {@code
 * acquire}, which waits, answers {@code acquired}; {@code tryAcquire}, with or without a time,
 * {@code acquired} or {@code none}; {@code release}, {@code released}; {@code available}, how many
 * there are.
 *
 * @param permits how many there are at first
 */
public record SemaphoreModel(int permits) implements Model<Integer> {

  /**
   * Makes one.
   *
   * @param permits how many there are at first
   */
  public SemaphoreModel {}

  @Override
  public Integer initial() {
    return permits;
  }

  @Override
  public List<Outcome<Integer>> outcomes(Integer state, Party party, Operation operation) {
    return switch (operation.name()) {
      case "acquire" -> state > 0 ? Model.only("acquired", state - 1) : List.of();
      case "tryAcquire" ->
          state > 0 ? Model.only("acquired", state - 1) : Model.only("none", state);
      case "release" -> Model.only("released", state + 1);
      case "available" -> Model.only(String.valueOf(state), state);
      default -> throw Model.unknown(this, operation);
    };
  }
}
