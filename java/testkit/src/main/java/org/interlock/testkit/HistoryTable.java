package org.interlock.testkit;

import java.util.List;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** A history for people: a line for each event, a column for each worker. */
final class HistoryTable {
  private static final int WIDEST = 40;

  private final List<Event> events;
  private final IntFunction<String> marks;
  private final TreeMap<Integer, Boolean> busy = new TreeMap<>();

  /** With a mark behind each call. */
  HistoryTable(History history, IntFunction<String> marks) {
    this.events = history.events();
    this.marks = marks;
    events.forEach(event -> busy.put(event.party().worker(), false));
  }

  private String text(Event event) {
    if (event instanceof Event.Called called) {
      return called.operation() + marks.apply(called.call());
    } else if (event instanceof Event.Answered answered) {
      return "= " + answered.answer();
    } else if (event instanceof Event.Killing) {
      return "KILL";
    } else if (event instanceof Event.Gone) {
      return "gone";
    } else if (event instanceof Event.Note note) {
      return "(" + note.text() + ")";
    }
    throw new AssertionError(event);
  }

  @Override
  public String toString() {
    int width =
        Math.min(WIDEST, events.stream().mapToInt(event -> text(event).length()).max().orElse(8));
    StringBuilder table = new StringBuilder("     ");
    busy.keySet().forEach(worker -> table.append(cell(Party.letter(worker), width)));
    for (int line = 0; line < events.size(); line++) {
      Event event = events.get(line);
      table.append(String.format("%n%3d  ", line + 1));
      for (int worker : busy.keySet()) {
        boolean mine = worker == event.party().worker();
        String other = Boolean.TRUE.equals(busy.get(worker)) ? "|" : "";
        table.append(cell(mine ? text(event) : other, width));
      }
      follow(event);
    }
    return table.toString().replaceAll("(?m) +$", "");
  }

  private void follow(Event event) {
    if (event instanceof Event.Called) {
      busy.put(event.party().worker(), true);
    } else if (event instanceof Event.Answered || event instanceof Event.Gone) {
      busy.put(event.party().worker(), false);
    }
  }

  private static String cell(String text, int width) {
    String shown = text.replaceAll("\\s+", " ");
    if (shown.length() > width) {
      shown = shown.substring(0, width - 1) + "…";
    }
    return String.format("%-" + (width + 2) + "s", shown);
  }
}
