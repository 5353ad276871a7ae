package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * Makes arbitrary scripts, which shrink to short ones. What has a weight of 2 is in them twice as
 * often as what has a weight of 1. Immutable.
 */
public final class Scripts {
  /** Some operations are answered in this time, others are not. */
  private static final int LATEST_KILL_MICROS = 300;

  private final int workers;
  private final List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> operations;
  private final List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> orders;
  private final int kills;

  private Scripts(
      int workers,
      List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> operations,
      List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> orders,
      int kills) {
    this.workers = workers;
    this.operations = operations;
    this.orders = orders;
    this.kills = kills;
  }

  /**
   * Scripts of nothing yet.
   *
   * @param workers how many workers there are
   * @return to be added to
   */
  public static Scripts forWorkers(int workers) {
    return new Scripts(workers, List.of(), List.of(), 0);
  }

  /**
   * Adds an operation.
   *
   * @param weight how often, compared to others
   * @param operation an arbitrary one
   * @return these scripts with it
   */
  public Scripts with(int weight, Arbitrary<Operation> operation) {
    return new Scripts(workers, plus(operations, weight, operation), orders, kills);
  }

  private Scripts withOrder(int weight, String name) {
    Arbitrary<Operation> order = Arbitraries.just(Operation.of(name));
    return new Scripts(workers, operations, plus(orders, weight, order), kills);
  }

  private static List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> plus(
      List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> choices,
      int weight,
      Arbitrary<Operation> operation) {
    List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> more = new ArrayList<>(choices);
    more.add(Tuple.of(weight, operation));
    return List.copyOf(more);
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
    return withOrder(weight, Step.AWAIT);
  }

  /**
   * Adds kills, each in the middle of an operation if it can be.
   *
   * @param weight how often, compared to others
   * @return these scripts with it
   */
  public Scripts withKills(int weight) {
    return new Scripts(workers, operations, orders, weight);
  }

  /**
   * Adds stopping and continuing.
   *
   * @param weight how often each, compared to others
   * @return these scripts with it
   */
  public Scripts withStops(int weight) {
    return withOrder(weight, Step.STOP).withOrder(weight, Step.CONTINUE);
  }

  /**
   * The scripts of all that was added.
   *
   * @param most how many steps they have at most
   * @return arbitrary scripts
   */
  public Arbitrary<Script> upTo(int most) {
    List<Tuple.Tuple2<Integer, Arbitrary<Operation>>> choices = new ArrayList<>(operations);
    choices.addAll(orders);
    if (kills > 0) {
      choices.add(Tuple.of(kills, killed()));
    }
    // Of the sizes that jqwik prefers most are too small for anything to happen at the same time.
    return Combinators.combine(
            Arbitraries.integers().between(0, workers - 1), Arbitraries.frequencyOf(choices))
        .as(Step::new)
        .list()
        .ofMaxSize(most)
        .withSizeDistribution(RandomDistribution.uniform())
        .map(Script::new)
        .withoutEdgeCases();
  }

  private Arbitrary<Operation> killed() {
    return Combinators.combine(
            Arbitraries.integers().between(0, LATEST_KILL_MICROS),
            Arbitraries.frequencyOf(operations))
        .as(Step::killed);
  }
}
