package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the history of a try down, outside the workers: an operation is in it before its worker
 * hears of it, so that one that was cut short by a kill is there, without an answer. For any number
 * of threads.
 */
public final class Recorder {
  private final List<Event> events = new ArrayList<>();
  private int calls;

  /** Makes an empty one. */
  public Recorder() {}

  /**
   * To be called before the process is told.
   *
   * @param party who will be told
   * @param operation what
   * @return the number of the call
   */
  public synchronized int called(Party party, Operation operation) {
    int call = calls++;
    events.add(new Event.Called(party, call, operation));
    return call;
  }

  /**
   * To be called when the answer is here.
   *
   * @param party who answered
   * @param call what {@link #called} returned
   * @param answer what came of it
   */
  public synchronized void answered(Party party, int call, String answer) {
    events.add(new Event.Answered(party, call, answer));
  }

  /**
   * To be called before the process is killed.
   *
   * @param party who
   */
  public synchronized void killing(Party party) {
    events.add(new Event.Killing(party));
  }

  /**
   * To be called when the process is gone, and what it said was recorded.
   *
   * @param party who
   */
  public synchronized void gone(Party party) {
    events.add(new Event.Gone(party));
  }

  /**
   * Writes something down that only matters to the reader.
   *
   * @param party who
   * @param text what
   */
  public synchronized void note(Party party, String text) {
    events.add(new Event.Note(party, text));
  }

  /**
   * What was recorded so far.
   *
   * @return the history
   */
  public synchronized History history() {
    return new History(events);
  }
}
