package org.interlock.course;

import java.util.List;
import org.interlock.testkit.Model;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Party;

/**
 * A model whose operations can do one thing only.
 *
 * @param name for the report
 * @param initial the first state
 * @param step what an operation does
 * @param death what a death does
 */
record Simple<S>(String name, S initial, Rule<S> step, Death<S> death) implements Model<S> {

  /** What an operation answers in a state, and the next state; none if it has to wait. */
  @FunctionalInterface
  interface Rule<S> {
    List<Outcome<S>> apply(S state, Party party, Operation operation);
  }

  /** What is left of a state. */
  @FunctionalInterface
  interface Death<S> {
    S apply(S state, Party party);
  }

  static <S> Simple<S> of(String name, S initial, Rule<S> step) {
    return new Simple<>(name, initial, step, (state, party) -> state);
  }

  @Override
  public List<Outcome<S>> outcomes(S state, Party party, Operation operation) {
    return step.apply(state, party, operation);
  }

  @Override
  public S afterDeath(S state, Party party) {
    return death.apply(state, party);
  }

  @Override
  public String toString() {
    return name;
  }
}
