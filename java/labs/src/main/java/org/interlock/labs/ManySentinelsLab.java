package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * Three producers, two consumers, and so two end marks.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run many-sentinels}
 *
 * <p><b>Expect:</b> six things are made and eaten; each consumer finds one end mark; nothing is
 * left in the queue.
 *
 * <pre>
 * 24849 made bun0
 * 24873 made swill0
 * 24937 ate bun0
 * 24849 made bun1
 * 24853 made bone0
 * 25015 ate swill0
 * 24937 ate bone0
 * 24873 made swill1
 * 24937 ate swill1
 * 25015 ate bun1
 * 24853 made bone1
 * 25015 found an end mark
 * 24937 ate bone1
 * 24937 found an end mark
 * left in the queue: 0
 * </pre>
 *
 * <p><b>Why:</b> who takes an end mark has taken it from the others, so there must be as many as
 * there are consumers; and they must come after <em>all</em> producers have ended, else a consumer
 * leaves while others still produce. Both have to be counted by hand, which the lesson calls a
 * clumsy way. {@code shutdown} is the simple one.
 *
 * <p><b>Mended:</b> the lesson makes the second consumer and never starts it, so that the first
 * eats everything and the second end mark stays in the queue.
 */
@Command(
    name = "many-sentinels",
    description = "3 producers, 2 consumers: an end mark for each consumer")
final class ManySentinelsLab extends Lab {
  private static final String END = "";

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      List<ChildProcess> producers = new ArrayList<>();
      for (String food :
          List.of(
              lesson.word("bun", "包子"), lesson.word("bone", "骨头"), lesson.word("swill", "泔水"))) {
        producers.add(ChildProcess.start(() -> produce(lesson, food, queue)));
      }
      List<ChildProcess> consumers =
          List.of(
              ChildProcess.start(() -> consume(lesson, queue)),
              ChildProcess.start(() -> consume(lesson, queue)));
      for (ChildProcess producer : producers) {
        producer.join();
      }
      for (int i = 0; i < consumers.size(); i++) {
        queue.put(END);
      }
      for (ChildProcess consumer : consumers) {
        consumer.join();
      }
      lesson.say("left in the queue: %d", "队列里还剩: %d", queue.size());
    }
  }

  private static void produce(Lesson lesson, String food, ProcessQueue<String> queue)
      throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      lesson.pause(1000, 3000);
      queue.put(food + i);
      Kitchen.made(lesson, food + i);
    }
  }

  private static void consume(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    while (true) {
      String food = queue.take();
      if (food.equals(END)) {
        lesson.say("%d found an end mark", "%d 收到结束信号", Lesson.pid());
        return;
      }
      lesson.pause(1000, 3000);
      Kitchen.ate(lesson, food);
    }
  }
}
