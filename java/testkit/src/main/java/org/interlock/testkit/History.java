package org.interlock.testkit;

import java.util.List;

/**
 * What happened, as seen from outside the workers. Prints as a table with a column for each worker.
 *
 * @param events in the order they were recorded in
 */
public record History(List<Event> events) {

  /**
   * Makes one.
   *
   * @param events in their order
   */
  public History {
    events = List.copyOf(events);
  }

  @Override
  public String toString() {
    return new HistoryTable(this, call -> "").toString();
  }
}
