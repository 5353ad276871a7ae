package org.interlock.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation, or a death, that took effect at one moment between two lines of a history.
 *
 * @param party who
 * @param call the number of the call, or {@link #DEATH}
 * @param operation what; null for a death
 * @param answer null if none came: then it may never have taken effect
 * @param from the line it begins with
 * @param to the line it ends with; {@link Integer#MAX_VALUE} if it has no end
 */
record Interval(
    Party party,
    int call,
    @Nullable Operation operation,
    @Nullable String answer,
    int from,
    int to) {
  static final int DEATH = -1;

  boolean isDeath() {
    return operation == null;
  }

  /** Whether it took effect in any case. */
  boolean isCertain() {
    return answer != null || isDeath();
  }

  private Interval ending(int line, @Nullable String how) {
    return new Interval(party, call, operation, how, from, line);
  }

  /** Those of a history, by their beginnings. */
  static List<Interval> of(History history) {
    List<Interval> intervals = new ArrayList<>();
    Map<Integer, Integer> calls = new HashMap<>();
    Map<Party, Integer> deaths = new HashMap<>();
    for (int line = 0; line < history.events().size(); line++) {
      Event event = history.events().get(line);
      if (event instanceof Event.Called called) {
        calls.put(called.call(), intervals.size());
        intervals.add(open(called.party(), called.call(), called.operation(), line));
      } else if (event instanceof Event.Killing killing) {
        deaths.put(killing.party(), intervals.size());
        intervals.add(open(killing.party(), DEATH, null, line));
      } else if (event instanceof Event.Answered answered) {
        end(intervals, calls.get(answered.call()), line, answered.answer());
      } else if (event instanceof Event.Gone gone) {
        end(intervals, deaths.get(gone.party()), line, null);
      }
    }
    return intervals;
  }

  private static Interval open(Party party, int call, @Nullable Operation operation, int line) {
    return new Interval(party, call, operation, null, line, Integer.MAX_VALUE);
  }

  private static void end(
      List<Interval> intervals, @Nullable Integer index, int line, @Nullable String answer) {
    if (index == null) {
      throw new IllegalArgumentException("line " + (line + 1) + " ends what never began");
    }
    intervals.set(index, intervals.get(index).ending(line, answer));
  }

  @Override
  public String toString() {
    String what = isDeath() ? "death" : String.valueOf(operation);
    return party + ": " + what + (answer == null ? "" : " = " + answer);
  }
}
