package org.interlock.testkit;

import java.util.List;

/**
 * An object as one would write it down if nothing ever happened at the same time. Its states are
 * values: immutable, with {@code equals} and {@code hashCode}.
 *
 * @param <S> the states
 */
public interface Model<S> {

  /**
   * How it begins.
   *
   * @return the first state
   */
  S initial();

  /**
   * What an operation can do in a state. One that waits does nothing in a state in which it would
   * wait. For the operation of a killed process any outcome is possible, and none.
   *
   * @param state the state
   * @param party whose operation it is
   * @param operation the operation
   * @return what it may answer, and the states after that; none if it has to wait
   */
  List<Outcome<S>> outcomes(S state, Party party, Operation operation);

  /**
   * What the death of a process does.
   *
   * @param state the state
   * @param party who dies
   * @return the state after that
   */
  default S afterDeath(S state, Party party) {
    return state;
  }

  /**
   * What an operation can do.
   *
   * @param <S> the states
   * @param answer what it answers
   * @param state the state after it
   */
  record Outcome<S>(String answer, S state) {}

  /**
   * For operations that can only do one thing.
   *
   * @param <S> the states
   * @param answer what it answers
   * @param state the state after it
   * @return a list of one outcome
   */
  static <S> List<Outcome<S>> only(String answer, S state) {
    return List.of(new Outcome<>(answer, state));
  }

  /**
   * For operations that a model does not know.
   *
   * @param model the model
   * @param operation the operation
   * @return to be thrown
   */
  static IllegalArgumentException unknown(Model<?> model, Operation operation) {
    return new IllegalArgumentException(model + " does not know: " + operation);
  }
}
