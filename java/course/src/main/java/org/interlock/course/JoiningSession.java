package org.interlock.course;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import org.interlock.course.Exercise.Tried;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Script;
import org.interlock.testkit.Scripts;

/** Session 6: queues that know when all is done. */
final class JoiningSession {
  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "6.1",
              "Restaurant",
              new Text(
                  "cook(dishes) returns only when all of them have been eaten, and answers"
                      + " bench.eaten()",
                  "cook(dishes) 要等到全部吃完才返回，返回值是 bench.eaten()"),
              new Text(
                  "join() waits for taskDone(), not for the meal. When exactly is a dish done?",
                  "join() 等的是 taskDone()，不是“吃完”。一道菜到底什么时候才算处理完？"),
              4,
              () ->
                  Arbitraries.integers()
                      .between(1, 3)
                      .map(n -> Plays.script(List.of("B eat " + n, "A cook " + n))),
              JoiningSession::allEaten),
          new Exercise(
              "6.2",
              "Orders",
              new Text(
                  "every order is handled, once, although handling may fail: then work() answers"
                      + " false and the order comes again",
                  "每张订单都处理成功一次：处理可能失败，那时 work() 返回 false，订单会再来一次"),
              new Text(
                  "done() says that the order needs nobody any more. On which way out of your code"
                      + " is that true? close() without done() puts it back.",
                  "done() 的意思是“这张单子不用再管了”。你的代码有几条出路，哪一条上这才是真的？" + "没有 done() 就 close()，单子会放回去。"),
              8,
              () ->
                  Scripts.forWorkers(2)
                      .with(2, "order", "bad")
                      .with(2, "order", "good")
                      .with(3, "work")
                      .upTo(8)
                      .map(JoiningSession::toTheEnd),
              JoiningSession::allHandled));

  private JoiningSession() {}

  /** Then the first worker goes on until nothing can be left: each may fail once. */
  static Script toTheEnd(Script script) {
    int orders = script.count("order");
    return Plays.then(script, 2, List.of()).then(0, 2 * orders + 1, Operation.of("work"));
  }

  private static Optional<Text> allEaten(Tried tried) {
    String dishes = tried.script().steps().get(0).operation().argument(0);
    List<String> answers = Plays.answers(tried.history(), "cook");
    return answers.equals(List.of(dishes))
        ? Optional.empty()
        : Optional.of(
            new Text(
                    "When cook() returned, "
                        + answers.get(0)
                        + " of "
                        + dishes
                        + " dishes were eaten.",
                    "cook() 返回的时候，" + dishes + " 道菜只吃掉了 " + answers.get(0) + " 道。")
                .after(tried.history() + "\n\n"));
  }

  private static Optional<Text> allHandled(Tried tried) {
    List<String> ordered =
        tried.script().steps().stream()
            .filter(step -> step.operation().name().equals("order"))
            .map(step -> step.operation().argument(0))
            .sorted()
            .toList();
    List<String> handled = Bench.handled(tried.directory()).stream().sorted().toList();
    return handled.equals(ordered)
        ? Optional.empty()
        : Optional.of(
            new Text(
                    "Ordered: " + ordered + "; handled in the end: " + handled + ".",
                    "下的单：" + ordered + "；最后处理了的：" + handled + "。")
                .after(tried.history() + "\n\n"));
  }
}
