package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A bounded queue; what a killed process had taken is gone, and what it was about to take may be.
 * Operations: {@code put}, which waits, answers {@code in}; {@code offer}, with or without a time
 * after the item, {@code in} or {@code full}; {@code take}, which waits, answers the item; {@code
 * poll}, with or without a time, the item or {@code nothing}.
 *
 * @param capacity how many items go in
 */
public record QueueModel(int capacity) implements Model<List<String>> {

  /**
   * Makes an empty one.
   *
   * @param capacity how many items go in
   */
  public QueueModel {}

  @Override
  public List<String> initial() {
    return List.of();
  }

  @Override
  public List<Outcome<List<String>>> outcomes(
      List<String> items, Party party, Operation operation) {
    return switch (operation.name()) {
      case "put" -> items.size() < capacity ? in(items, operation) : List.of();
      case "offer" -> items.size() < capacity ? in(items, operation) : Model.only("full", items);
      case "take" -> items.isEmpty() ? List.of() : taken(items);
      case "poll" -> items.isEmpty() ? Model.only("nothing", items) : taken(items);
      default -> throw Model.unknown(this, operation);
    };
  }

  private static List<Outcome<List<String>>> in(List<String> items, Operation operation) {
    List<String> longer = new ArrayList<>(items);
    longer.add(operation.argument(0));
    return Model.only("in", List.copyOf(longer));
  }

  private static List<Outcome<List<String>>> taken(List<String> items) {
    return Model.only(items.get(0), List.copyOf(items.subList(1, items.size())));
  }
}
