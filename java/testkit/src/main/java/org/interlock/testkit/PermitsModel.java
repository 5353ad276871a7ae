package org.interlock.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Permits that are owned: those of a killed process come back. Operations: {@code acquire}, which
 * waits, answers {@code acquired}; {@code tryAcquire}, with or without a time, {@code acquired} or
 * {@code none}; {@code release}, {@code released} or {@code not held}; {@code available}, how many
 * nobody has.
 *
 * @param permits how many there are in all
 */
public record PermitsModel(int permits) implements Model<Map<Party, Integer>> {

  /**
   * Makes one.
   *
   * @param permits how many there are in all
   */
  public PermitsModel {}

  @Override
  public Map<Party, Integer> initial() {
    return Map.of();
  }

  @Override
  public List<Outcome<Map<Party, Integer>>> outcomes(
      Map<Party, Integer> held, Party party, Operation operation) {
    int mine = held.getOrDefault(party, 0);
    int available = permits - held.values().stream().mapToInt(Integer::intValue).sum();
    return switch (operation.name()) {
      case "acquire" ->
          available > 0 ? Model.only("acquired", with(held, party, mine + 1)) : List.of();
      case "tryAcquire" ->
          available > 0
              ? Model.only("acquired", with(held, party, mine + 1))
              : Model.only("none", held);
      case "release" ->
          mine > 0
              ? Model.only("released", with(held, party, mine - 1))
              : Model.only("not held", held);
      case "available" -> Model.only(String.valueOf(available), held);
      default -> throw Model.unknown(this, operation);
    };
  }

  @Override
  public Map<Party, Integer> afterDeath(Map<Party, Integer> held, Party party) {
    return with(held, party, 0);
  }

  private static Map<Party, Integer> with(Map<Party, Integer> held, Party party, int count) {
    Map<Party, Integer> changed = new HashMap<>(held);
    if (count == 0) {
      changed.remove(party);
    } else {
      changed.put(party, count);
    }
    return Map.copyOf(changed);
  }
}
