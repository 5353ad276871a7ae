package org.interlock.course;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import org.interlock.testkit.History;
import org.interlock.testkit.Linearizability;
import org.interlock.testkit.Model;
import org.interlock.testkit.Script;
import org.interlock.testkit.Verdict;

/**
 * An exercise: what a student's class is to do, and what shows that it does not.
 *
 * @param number session and exercise: 2.1
 * @param className of the student's class
 * @param goal what is to be true
 * @param hint where to look if it is not
 * @param tries how many scripts are run
 * @param scripts what the processes are told
 * @param judge what is wrong with what they answered
 */
record Exercise(
    String number,
    String className,
    Text goal,
    Text hint,
    int tries,
    Supplier<Arbitrary<Script>> scripts,
    Judge judge) {

  /** A script that was run. */
  record Tried(Script script, History history, Path directory) {}

  /** Looks at what came of a script. */
  @FunctionalInterface
  interface Judge {
    /** What is wrong; nothing if all is right. */
    Optional<Text> fault(Tried tried);
  }

  /** The answers must fit the model, in some order. */
  static <S> Judge fits(Model<S> model) {
    return tried -> {
      Verdict verdict = Linearizability.check(model, tried.history());
      return verdict.isLinearizable() ? Optional.empty() : Optional.of(Explanation.of(verdict));
    };
  }
}
