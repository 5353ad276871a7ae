package org.interlock.labs;

import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.JoinableQueue;
import org.interlock.ProcessLong;
import picocli.CommandLine.Command;

/**
 * Producers and consumers on a queue that knows when everything is done.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run joinable-queue}, or {@code ./scripts/demo}.
 *
 * <p><b>Expect:</b> three cooks make ten things each, two guests eat them; every cook waits until
 * all that anybody has made so far is eaten, and then speaks for the second time. The program ends
 * by itself.
 *
 * <p><b>Why:</b> {@code taskDone()} after each item lets {@code join()} return when none is left
 * unfinished. Once the three cooks have ended there is nothing to eat any more, so the guests, who
 * would wait for ever, can be <em>daemons</em>: they end with the program. Without {@code daemon}
 * the program would wait for them and never end; without {@code join()} in the cooks it could end
 * before the last things were eaten.
 *
 * <p><b>Mended:</b> the lesson says of {@code join()} that everything was taken when it returns. It
 * waits for more: that everything taken is done.
 *
 * <pre>
 * 11171 made swill0
 * 11171 made swill1
 * 11157 made bun0
 * 11161 made bone0
 * 11381 ate swill0
 * 11161 made bone1
 * 11404 ate bun0
 * ...
 * 11381 ate bun7
 * 11381 ate bun8
 * 11381 ate bun9
 * 11404 ate swill9
 * swill: all eaten
 * bone: all eaten
 * bun: all eaten
 * all 30 items were done; unfinished: 0
 * </pre>
 */
@Command(
    name = "joinable-queue",
    description = "three producers, two daemon consumers, join() knows when all is eaten")
final class JoinableQueueLab extends Lab {
  private static final int ITEMS = 10;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (JoinableQueue<String> queue = JoinableQueue.create();
        ProcessLong eaten = ProcessLong.create(0)) {
      List<ChildProcess> cooks =
          List.of(
              ChildProcess.start(() -> cook(lesson, lesson.word("bun", "包子"), queue)),
              ChildProcess.start(() -> cook(lesson, lesson.word("bone", "骨头"), queue)),
              ChildProcess.start(() -> cook(lesson, lesson.word("swill", "泔水"), queue)));
      ChildProcess.startDaemon(() -> eat(lesson, queue, eaten));
      ChildProcess.startDaemon(() -> eat(lesson, queue, eaten));
      for (ChildProcess cook : cooks) {
        cook.join();
      }
      lesson.say(
          "all %d items were done; unfinished: %d",
          "全部 %d 个都处理完了,未完成: %d", eaten.get(), queue.unfinished());
    }
  }

  private static void cook(Lesson lesson, String food, JoinableQueue<String> queue)
      throws InterruptedException {
    for (int i = 0; i < ITEMS; i++) {
      lesson.pause(0, 1000);
      queue.put(food + i);
      Kitchen.made(lesson, food + i);
    }
    lesson.say("%s: all made", "%s生产结束", food);
    queue.join();
    lesson.say("%s: all eaten", "%s生产结束~~~~~~", food);
  }

  private static void eat(Lesson lesson, JoinableQueue<String> queue, ProcessLong eaten)
      throws InterruptedException {
    while (true) {
      String food = queue.take();
      lesson.pause(0, 1000);
      Kitchen.ate(lesson, food);
      eaten.addAndGet(1);
      queue.taskDone();
    }
  }
}
