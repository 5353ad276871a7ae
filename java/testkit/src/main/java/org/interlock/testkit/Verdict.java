package org.interlock.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link Linearizability} found out about a history. */
public final class Verdict {
  private final boolean linearizable;
  private final History history;
  private final List<Interval> order;
  private final String why;
  private final String model;

  Verdict(boolean linearizable, History history, List<Interval> order, String why, String model) {
    this.linearizable = linearizable;
    this.history = history;
    this.order = List.copyOf(order);
    this.why = why;
    this.model = model;
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

  private String mark(Map<Integer, Integer> places, int call) {
    Integer place = places.get(call);
    return place == null ? " [?]" : " [" + place + "]";
  }

  @Override
  public String toString() {
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      places.put(order.get(i).call(), i + 1);
    }
    String table = new HistoryTable(history, call -> mark(places, call)).toString();
    return (linearizable ? "This fits " : "No order of these operations fits ")
        + model
        + ":\n\n"
        + table
        + "\n\n[n]: the place in the order that "
        + (linearizable ? "explains it" : "explains most of it")
        + "; [?]: not in it\n"
        + why;
  }
}
