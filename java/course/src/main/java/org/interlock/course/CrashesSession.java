package org.interlock.course;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.interlock.course.Exercise.Tried;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Script;
import org.interlock.testkit.Scripts;
import org.interlock.testkit.Step;

/** Session 8: processes that are killed. */
final class CrashesSession {
  /** Long enough to come to the step that takes for ever. */
  private static final String KILL_MICROS = "300000";

  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "8.1",
              "SafeKaraoke",
              new Text(
                  "as 3.1, and the room of a guest who is killed is free again",
                  "同 3.1；客人在里面被杀死，他那间小屋还能再用"),
              new Text(
                  "A semaphore is a number: nobody knows who took one away. Which object knows?",
                  "信号量只是一个数，谁拿走的没人知道。哪一种对象知道？"),
              6,
              () ->
                  Scripts.forWorkers(3)
                      .with(4, "enter")
                      .with(1, "leave")
                      .with(2, Arbitraries.just(Operation.of(Step.KILL)))
                      .withAwaits(2)
                      .upTo(8)
                      .map(
                          script ->
                              Plays.then(
                                  script,
                                  3,
                                  List.of("A leave", "B leave", "C leave", "A enter", "B enter"))),
              Exercise.fits(
                  SemaphoresSession.rooms("a karaoke bar with 2 rooms, whoever is killed", true))),
          new Exercise(
              "8.2",
              "SafeBank",
              new Text(
                  "move(from, to, amount) changes both accounts or none, even if its process is"
                      + " killed half-way: sum() is always 0",
                  "move(from, to, amount) 要么两个账户都改，要么都不改，哪怕进程在半路被杀死：sum() 永远是 0"),
              new Text(
                  "The lock goes on to the next, and the next is told. What does it find, and how"
                      + " does it know how things were? Write that down before you change anything.",
                  "锁会交给下一个，并且告诉它前一个死了。它会看到什么？怎么知道原来是什么样？" + "动手之前，先把原来的样子记下来。"),
              6,
              () ->
                  Scripts.forWorkers(2)
                      .with(1, "move", "0", "1", "5")
                      .with(2, killedIn(6, "move", "1", "0", "3"))
                      .upTo(4)
                      .map(script -> Plays.then(script, 2, List.of("A sum", "B sum"))),
              CrashesSession::balanced),
          new Exercise(
              "8.3",
              "SafeOrders",
              new Text(
                  "every order is handled at least once, whichever worker is killed, wherever",
                  "不管哪个工人在哪里被杀死，每张订单至少处理成功一次"),
              new Text(
                  "Who has an order when its worker dies between taking and handling it: the queue"
                      + " or nobody?",
                  "工人取走订单、还没处理完就死了，这张单子还有谁记得？队列，还是没有人？"),
              6,
              () ->
                  Scripts.forWorkers(2)
                      .with(3, "order", Script.NUMBER)
                      .with(2, "work")
                      .with(2, killedIn(1, "work"))
                      .upTo(6)
                      .map(JoiningSession::toTheEnd),
              CrashesSession::noneLost));

  private CrashesSession() {}

  /** The operation, and a kill in the middle of it: in one of so many steps. */
  private static Arbitrary<Operation> killedIn(int steps, String... operation) {
    return Combinators.combine(
            Arbitraries.integers().between(1, steps), Arbitraries.just(operation))
        .as(
            (step, words) -> {
              List<String> all = new ArrayList<>(List.of(KILL_MICROS, "stall"));
              all.add(String.valueOf(step));
              all.addAll(List.of(words));
              return new Operation(Step.KILL, all);
            });
  }

  private static Optional<Text> balanced(Tried tried) {
    List<String> sums = Plays.answers(tried.history(), "sum");
    return sums.stream().allMatch("0"::equals)
        ? Optional.empty()
        : Optional.of(
            new Text(
                    "sum() should be 0; it answered " + sums + ".",
                    "sum() 应该是 0，得到的却是 " + sums + "。")
                .after(tried.history() + "\n\n"));
  }

  private static Optional<Text> noneLost(Tried tried) {
    List<String> lost = new ArrayList<>();
    tried.script().steps().stream()
        .filter(step -> step.operation().name().equals("order"))
        .forEach(step -> lost.add(step.operation().argument(0)));
    lost.removeAll(Bench.handled(tried.directory()));
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Text("These orders were never handled: " + lost + ".", "这些订单始终没有处理：" + lost + "。")
                .after(tried.history() + "\n\n"));
  }
}
