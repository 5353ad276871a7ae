package org.interlock.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link Linearizability} found out about a history. */
public final class Verdict {
  private final boolean linearizable;
  private final History history;
  private final List<Interval> order;
  private final String model;
  private final String state;
  private final List<Next> nexts;

  /**
   * An operation that could be the next one.
   *
   * @param what who, which, and what it answered
   * @param allowed what the model would have it answer; nothing if it would have to wait
   */
  public record Next(String what, List<String> allowed) {}

  Verdict(
      boolean linearizable,
      History history,
      List<Interval> order,
      String model,
      String state,
      List<Next> nexts) {
    this.linearizable = linearizable;
    this.history = history;
    this.order = List.copyOf(order);
    this.model = model;
    this.state = state;
    this.nexts = List.copyOf(nexts);
  }

  /**
   * Whether there is an order that explains the history.
   *
   * @return whether there is
   */
  public boolean isLinearizable() {
    return linearizable;
  }

  /**
   * The history as a table, each operation with its place in the order that explains most of it;
   * {@code [?]} has none.
   *
   * @return lines
   */
  public String table() {
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      places.put(order.get(i).call(), i + 1);
    }
    return new HistoryTable(history, call -> mark(places, call)).toString();
  }

  private static String mark(Map<Integer, Integer> places, int call) {
    Integer place = places.get(call);
    return place == null ? " [?]" : " [" + place + "]";
  }

  /**
   * How long the order is that explains most of the history.
   *
   * @return how many operations and deaths have a place in it
   */
  public int explained() {
    return order.size();
  }

  /**
   * Where that order leads.
   *
   * @return the state of the model, as it says it
   */
  public String state() {
    return state;
  }

  /**
   * What could be next in that order, but answered something else; nothing if all is explained.
   *
   * @return in the order of their calls
   */
  public List<Next> nexts() {
    return nexts;
  }

  /**
   * Fails the test unless there is; the message shows the script and the history. The seed is in
   * the report of jqwik.
   *
   * @param script what the workers were told
   */
  public void orFail(Script script) {
    if (!linearizable) {
      throw new AssertionError(this + "\n\nThe script:\n" + script);
    }
  }

  @Override
  public String toString() {
    return (linearizable ? "This fits " : "No order of these operations fits ")
        + model
        + ":\n\n"
        + table()
        + "\n\n[n]: the place in the order that "
        + (linearizable ? "explains it" : "explains most of it")
        + "; [?]: not in it\n"
        + (linearizable ? "" : why());
  }

  private String why() {
    StringBuilder text = new StringBuilder("It can be explained up to ");
    text.append(order.isEmpty() ? "its beginning" : "[" + order.size() + "]")
        .append(", where the model is in the state ")
        .append(state)
        .append(". What could be next, and what the model would have it answer:");
    for (Next next : nexts) {
      text.append("\n  ").append(next.what()).append("    ");
      text.append(next.allowed().isEmpty() ? "it would wait" : String.join(" or ", next.allowed()));
    }
    return text.toString();
  }
}
