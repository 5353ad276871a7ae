package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Makes arbitrary scripts, which shrink to short ones. What has a weight of 2 is in them twice as
 * often as what has a weight of 1. Immutable.
 */
public final class Scripts {
  /** In this time a worker gets through the pipe to any place of an operation. */
  private static final int LATEST_KILL_MICROS = 2000;

  private final int workers;
  private final List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> choices;

  private Scripts(int workers, List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> choices) {
    this.workers = workers;
    this.choices = choices;
  }

  /**
   * Scripts of nothing yet.
   *
   * @param workers how many workers there are
   * @return to be added to
   */
  public static Scripts forWorkers(int workers) {
    return new Scripts(workers, List.of());
  }

  /**
   * Adds an operation.
   *
   * @param weight how often, compared to others
   * @param operation an arbitrary one
   * @return these scripts with it
   */
  public Scripts with(int weight, Arbitrary<Operation> operation) {
    List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> more = new ArrayList<>(choices);
    more.add(Tuple.of(weight, operation));
    return new Scripts(workers, List.copyOf(more));
  }

  /**
   * Adds an operation.
   *
   * @param weight how often, compared to others
   * @param name what to do
   * @param arguments with what; {@link Script#NUMBER} is another number each time
   * @return these scripts with it
   */
  public Scripts with(int weight, String name, String... arguments) {
    return with(weight, Arbitraries.just(Operation.of(name, arguments)));
  }

  /**
   * Adds waiting for a worker's answer; without it all that can be at the same time is.
   *
   * @param weight how often, compared to others
   * @return these scripts with it
   */
  public Scripts withAwaits(int weight) {
    return with(weight, Step.AWAIT);
  }

  /**
   * Adds kills, in the middle of an operation if they can.
   *
   * @param weight how often, compared to others
   * @return these scripts with it
   */
  public Scripts withKills(int weight) {
    return with(
        weight,
        Arbitraries.integers()
            .between(0, LATEST_KILL_MICROS)
            .map(micros -> Operation.of(Step.KILL, String.valueOf(micros))));
  }

  /**
   * Adds stopping and continuing.
   *
   * @param weight how often each, compared to others
   * @return these scripts with it
   */
  public Scripts withStops(int weight) {
    return with(weight, Step.STOP).with(weight, Step.CONTINUE);
  }

  /**
   * The scripts of all that was added.
   *
   * @param most how many steps they have at most
   * @return arbitrary scripts
   */
  public Arbitrary<Script> upTo(int most) {
    return Combinators.combine(
            Arbitraries.integers().between(0, workers - 1), Arbitraries.frequencyOf(choices))
        .as(Step::new)
        .list()
        .ofMaxSize(most)
        .map(Script::new);
  }
}
