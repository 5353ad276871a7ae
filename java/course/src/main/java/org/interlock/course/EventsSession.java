package org.interlock.course;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Combinators;
import org.interlock.testkit.Model;
import org.interlock.testkit.Script;
import org.interlock.testkit.Scripts;

/** Session 7: events and conditions. */
final class EventsSession {
  /** The light, and how many cars have passed. */
  private record Crossing(boolean green, int passed) {}

  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "7.1",
              "Crossing",
              new Text(
                  "no car passes on red: drive() answers whether it passed, red() how many have"
                      + " passed so far, and after that none does until green()",
                  "红灯时没有车过去：drive() 返回过没过去，red() 返回到此为止过了几辆，之后直到 green() 一辆也不能再过"),
              new Text(
                  "That you saw green says nothing about now. What keeps the light from changing"
                      + " between your look and your start?",
                  "刚才看见绿灯，不等于现在还是绿灯。看灯和起步之间，靠什么不让灯变？"),
              // Many: a car has to look just before the light changes.
              60,
              () ->
                  Scripts.forWorkers(3)
                      .with(3, "green")
                      .with(3, "red")
                      .with(4, "drive")
                      .upTo(12)
                      .map(script -> Plays.then(script, 3, List.of("A red"))),
              Exercise.fits(
                  Simple.of(
                      "a crossing",
                      new Crossing(false, 0),
                      (now, party, operation) ->
                          switch (operation.name()) {
                            case "green" -> Model.only("done", new Crossing(true, now.passed()));
                            case "red" ->
                                Model.only(
                                    String.valueOf(now.passed()),
                                    new Crossing(false, now.passed()));
                            default ->
                                now.green()
                                    ? Model.only("true", new Crossing(true, now.passed() + 1))
                                    : Model.only("false", now);
                          }))),
          new Exercise(
              "7.2",
              "Mailbox",
              new Text(
                  "a box for one letter: put(letter) waits until it is empty, take() until it is"
                      + " full; nobody waits when there is nothing to wait for",
                  "只装一封信的信箱：put(letter) 等它空，take() 等它有信；该走的时候没有人还在等"),
              new Text(
                  "If you look first and begin to wait later, a signal in between wakes nobody. Look"
                      + " while you hold the lock, in a loop around await().",
                  "先看、后等，中间来的信号谁也叫不醒。要拿着锁看，并且套在 await() 外面的循环里看。"),
              6,
              () ->
                  Combinators.combine(
                          Arbitraries.integers().between(1, 3), Arbitraries.of(false, true))
                      .as(EventsSession::letters),
              Exercise.fits(
                  Simple.of(
                      "a mailbox",
                      0,
                      (letter, party, operation) -> {
                        if (operation.name().equals("put")) {
                          int put = Integer.parseInt(operation.argument(0));
                          return letter == 0 ? Model.only("done", put) : List.of();
                        }
                        return letter == 0 ? List.of() : Model.only(String.valueOf(letter), 0);
                      }))));

  private EventsSession() {}

  /** As many letters are taken as are put; the puts may be one ahead, so that one of them waits. */
  private static Script letters(int count, boolean putAhead) {
    List<String> lines = new ArrayList<>();
    if (putAhead) {
      lines.add("A put " + Script.NUMBER);
    }
    for (int i = putAhead ? 1 : 0; i < count; i++) {
      lines.add(putAhead ? "A put " + Script.NUMBER : "B take");
      lines.add(putAhead ? "B take" : "A put " + Script.NUMBER);
    }
    if (putAhead) {
      lines.add("B take");
    }
    return Plays.script(lines);
  }
}
