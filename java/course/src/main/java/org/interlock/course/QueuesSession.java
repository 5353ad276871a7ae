package org.interlock.course;

import java.util.ArrayList;
import java.util.List;
import org.interlock.testkit.Model;
import org.interlock.testkit.Script;
import org.interlock.testkit.Scripts;

/** Session 4: queues. */
final class QueuesSession {
  private static final int NEWEST = 2;

  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "4.1",
              "Chat",
              new Text(
                  "what one process says, another hears, in order; hear() is null when nothing was"
                      + " said",
                  "一个进程 say 的话，另一个进程按顺序 hear 到；没人说话时 hear() 是 null"),
              new Text(
                  "Whose queue is it? A static field is initialised once in every process, and"
                      + " create() makes another queue each time.",
                  "这是谁的队列？静态字段在每个进程里各初始化一次，而 create() 每次造出的都是另一个队列。"),
              8,
              () ->
                  Scripts.forWorkers(2)
                      .with(2, "say", Script.NUMBER)
                      .with(2, "hear")
                      .withAwaits(1)
                      .upTo(8),
              Exercise.fits(queue("a queue", Integer.MAX_VALUE, "say"))),
          new Exercise(
              "4.2",
              "LatestNews",
              new Text(
                  "the two newest are kept: post(news) never waits, and drops the oldest when there"
                      + " are two; read() is null when there is none",
                  "只留最新的两条：post(news) 从不等待，已有两条时丢掉最旧的；没有时 read() 是 null"),
              new Text(
                  "isFull() tells how it was. Between the look and the act another process may have"
                      + " put or taken. What makes the two one step?",
                  "isFull() 说的是刚才。看了之后、动手之前，别的进程可能又放了、又取了。怎样让“看”和“做”成为一步？"),
              12,
              () ->
                  Scripts.forWorkers(2)
                      .with(4, "post", Script.NUMBER)
                      .with(2, "read")
                      .upTo(10)
                      .map(script -> Plays.then(script, 2, List.of("A read", "A read", "A read"))),
              Exercise.fits(queue("the two newest", NEWEST, "post"))));

  private QueuesSession() {}

  /** First in, first out; of too many the oldest goes. */
  static Simple<List<String>> queue(String name, int most, String put) {
    return Simple.of(
        name,
        List.of(),
        (items, party, operation) -> {
          List<String> now = new ArrayList<>(items);
          if (operation.name().equals(put)) {
            now.add(operation.argument(0));
            if (now.size() > most) {
              now.remove(0);
            }
            return Model.only("done", List.copyOf(now));
          }
          return now.isEmpty()
              ? Model.only("null", items)
              : Model.only(now.remove(0), List.copyOf(now));
        });
  }
}
