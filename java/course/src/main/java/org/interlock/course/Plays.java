package org.interlock.course;

import java.util.ArrayList;
import java.util.List;
import org.interlock.testkit.Event;
import org.interlock.testkit.History;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Script;
import org.interlock.testkit.Step;

/** Makes scripts of lines, and finds answers in histories. */
final class Plays {
  private Plays() {}

  /** A line each: {@code A add 1}. */
  static Script script(List<String> lines) {
    return new Script(lines.stream().map(Plays::step).toList());
  }

  /** With lines at its end, before which all of that many workers have answered. */
  static Script then(Script script, int workers, List<String> lines) {
    List<Step> steps = new ArrayList<>(script.steps());
    for (int worker = 0; worker < workers; worker++) {
      steps.add(new Step(worker, Operation.of(Step.AWAIT)));
    }
    lines.forEach(line -> steps.add(step(line)));
    return new Script(steps);
  }

  private static Step step(String line) {
    List<String> words = List.of(line.split(" ", -1));
    int worker = words.get(0).charAt(0) - 'A';
    return new Step(worker, new Operation(words.get(1), words.subList(2, words.size())));
  }

  /** What that operation answered, each time it did. */
  static List<String> answers(History history, String operation) {
    List<Integer> calls = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (Event event : history.events()) {
      if (event instanceof Event.Called called && called.operation().name().equals(operation)) {
        calls.add(called.call());
      } else if (event instanceof Event.Answered answered && calls.contains(answered.call())) {
        answers.add(answered.answer());
      }
    }
    return answers;
  }
}
