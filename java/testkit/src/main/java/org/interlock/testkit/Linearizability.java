package org.interlock.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.interlock.testkit.Model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of the operations of a history that explains it: each took effect at one
 * moment between its call and its answer, and answered what the model says. An operation without an
 * answer took effect after its call and before the death of its process, or never. The death of a
 * process takes effect between the kill and its end, after all that the process answered.
 *
 * <p>The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993); what
 * makes it fast is Lowe's ("Testing for Linearizability", 2017): the same set of operations that
 * leads to the same state is looked at once.
 *
 * @param <S> the states of the model
 */
public final class Linearizability<S> {
  /** What a history of a hundred operations of three workers needs is far below. */
  private static final int MOST_POINTS = 500_000;

  private final Model<S> model;
  private final History history;
  private final List<Interval> intervals;
  private final Map<Party, Integer> deaths = new HashMap<>();

  private Linearizability(Model<S> model, History history) {
    this.model = model;
    this.history = history;
    this.intervals = Interval.of(history);
    for (int i = 0; i < intervals.size(); i++) {
      if (intervals.get(i).isDeath()) {
        deaths.put(intervals.get(i).party(), i);
      }
    }
  }

  /**
   * Checks a history.
   *
   * @param <S> the states of the model
   * @param model what the object promises
   * @param history what it did
   * @return whether there is such an order, and what was found
   * @throws IllegalStateException if so much happened at the same time that it can not be decided
   */
  public static <S> Verdict check(Model<S> model, History history) {
    return new Linearizability<>(model, history).search();
  }

  /** Operations that took effect one after another, and where that leads. */
  private record Point<S>(BitSet done, int certain, S state, @Nullable Point<S> before, int last) {
    /** What is left to find out is the same from points of the same key. */
    Object key() {
      return List.of(done, state);
    }
  }

  private Verdict search() {
    long certain = intervals.stream().filter(Interval::isCertain).count();
    Deque<Point<S>> open = new ArrayDeque<>();
    Set<Object> seen = new HashSet<>();
    Point<S> furthest = new Point<>(new BitSet(), 0, model.initial(), null, -1);
    open.push(furthest);
    while (!open.isEmpty()) {
      Point<S> point = open.pop();
      if (point.certain() > furthest.certain()) {
        furthest = point;
      }
      if (point.certain() == certain) {
        return verdict(true, point);
      }
      for (Point<S> next : nexts(point)) {
        if (seen.add(next.key())) {
          open.push(next);
        }
      }
      if (seen.size() > MOST_POINTS) {
        throw new IllegalStateException("too much happened at the same time:\n" + history);
      }
    }
    return verdict(false, furthest);
  }

  /** The likeliest comes last, which is looked at first: what was called early, and answered. */
  private List<Point<S>> nexts(Point<S> point) {
    List<Point<S>> uncertain = new ArrayList<>();
    List<Point<S>> certain = new ArrayList<>();
    for (int index : candidates(point)) {
      Interval interval = intervals.get(index);
      for (S state : states(point.state(), interval)) {
        BitSet done = (BitSet) point.done().clone();
        done.set(index);
        if (interval.isCertain()) {
          certain.add(new Point<>(done, point.certain() + 1, state, point, index));
        } else {
          uncertain.add(new Point<>(done, point.certain(), state, point, index));
        }
      }
    }
    Collections.reverse(certain);
    uncertain.addAll(certain);
    return uncertain;
  }

  /** What can take effect next: it began before anything that is still to take effect ended. */
  private List<Integer> candidates(Point<S> point) {
    List<Integer> begun = new ArrayList<>();
    int end = Integer.MAX_VALUE;
    for (int i = point.done().nextClearBit(0);
        i < intervals.size() && intervals.get(i).from() < end;
        i = point.done().nextClearBit(i + 1)) {
      begun.add(i);
      end = Math.min(end, intervals.get(i).to());
    }
    int first = end;
    begun.removeIf(i -> intervals.get(i).from() > first || !isAllowed(point.done(), i));
    return begun;
  }

  /** Nothing of a process takes effect after its death. */
  private boolean isAllowed(BitSet done, int index) {
    Party party = intervals.get(index).party();
    if (!intervals.get(index).isDeath()) {
      Integer death = deaths.get(party);
      return death == null || !done.get(death);
    }
    for (int i = done.nextClearBit(0); i < index; i = done.nextClearBit(i + 1)) {
      if (intervals.get(i).isCertain() && intervals.get(i).party().equals(party)) {
        return false;
      }
    }
    return true;
  }

  private List<S> states(S state, Interval interval) {
    Operation operation = interval.operation();
    if (operation == null) {
      return List.of(model.afterDeath(state, interval.party()));
    }
    return model.outcomes(state, interval.party(), operation).stream()
        .filter(outcome -> interval.answer() == null || outcome.answer().equals(interval.answer()))
        .map(Outcome::state)
        .toList();
  }

  private Verdict verdict(boolean linearizable, Point<S> end) {
    List<Interval> order = new ArrayList<>();
    Point<S> point = end;
    for (Point<S> before = point.before(); before != null; before = point.before()) {
      order.add(0, intervals.get(point.last()));
      point = before;
    }
    return new Verdict(
        linearizable,
        history,
        order,
        model.toString(),
        String.valueOf(end.state()),
        linearizable ? List.of() : wouldBeNext(end));
  }

  private List<Verdict.Next> wouldBeNext(Point<S> end) {
    List<Verdict.Next> nexts = new ArrayList<>();
    for (int index : candidates(end)) {
      Interval interval = intervals.get(index);
      Operation operation = interval.operation();
      if (operation != null && interval.isCertain()) {
        List<String> allowed =
            model.outcomes(end.state(), interval.party(), operation).stream()
                .map(Outcome::answer)
                .toList();
        nexts.add(new Verdict.Next(interval.toString(), allowed));
      }
    }
    return nexts;
  }
}
