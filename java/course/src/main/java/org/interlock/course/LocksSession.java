package org.interlock.course;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import org.interlock.testkit.Model;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Scripts;

/** Session 2: locks. */
final class LocksSession {
  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "2.1",
              "PiggyBank",
              new Text(
                  "every coin that was put in is there: add(coins) answers how many there are now",
                  "放进去的硬币一枚不少：add(coins) 返回现在一共有多少枚"),
              new Text(
                  "\"Read, add, write\" is three steps. Which other process may come between them,"
                      + " and what keeps it out?",
                  "“读、加、写”是三步。别的进程能不能插到中间来？拿什么挡住它？"),
              6,
              () -> Scripts.forWorkers(2).with(2, "add", "1").with(1, "add", "5").upTo(8),
              Exercise.fits(
                  Simple.of(
                      "a piggy bank",
                      0L,
                      (sum, party, operation) -> {
                        long now = sum + Long.parseLong(operation.argument(0));
                        return Model.only(String.valueOf(now), now);
                      }))),
          new Exercise(
              "2.2",
              "Transfers",
              new Text(
                  "two accounts, a lock for each: move(from, to, amount) changes both or none, and"
                      + " never waits for ever; sum() is always 0",
                  "两个账户，各有一把锁：move(from, to, amount) 要么两边都改，要么都不改，而且绝不会永远等下去；" + "sum() 永远是 0"),
              new Text(
                  "A holds the lock of 0 and waits for that of 1; B holds that of 1 and waits for"
                      + " that of 0. What if both took the smaller number first?",
                  "A 拿着 0 号锁等 1 号，B 拿着 1 号锁等 0 号。要是大家都先拿小号的呢？"),
              6,
              () ->
                  Scripts.forWorkers(2)
                      .with(
                          4,
                          Arbitraries.of(
                              Operation.of("move", "0", "1", "5"),
                              Operation.of("move", "1", "0", "3")))
                      .withAwaits(1)
                      .upTo(5)
                      .map(script -> Plays.then(script, 2, List.of("A sum"))),
              tried -> {
                List<String> sums = Plays.answers(tried.history(), "sum");
                return sums.equals(List.of("0"))
                    ? Optional.empty()
                    : Optional.of(
                        new Text(
                                "sum() is " + sums.get(0) + ", not 0.",
                                "sum() 是 " + sums.get(0) + "，不是 0。")
                            .after(tried.history() + "\n\n"));
              }));

  private LocksSession() {}
}
