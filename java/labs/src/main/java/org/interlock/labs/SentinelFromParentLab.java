package org.interlock.labs;

import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * The parent waits for the end of the producer and puts the end mark itself.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run sentinel-from-parent}
 *
 * <p><b>Expect:</b> two buns are made and eaten; the parent says when it puts the end mark, which
 * is after the last bun was made and most often before it is eaten.
 *
 * <pre>
 * 22661 made bun0
 * 22676 ate bun0
 * 22661 made bun1
 * the parent puts the end mark
 * 22676 ate bun1
 * 22676 found the end mark
 * </pre>
 *
 * <p><b>Why:</b> {@code join()} returns when the producer has ended, and all that it put is in the
 * queue then (in Java as soon as {@code put} returns; in Python a thread of the producer still has
 * to write it). So the mark is behind everything. The producer need not know that there are
 * consumers who want to be told.
 */
@Command(
    name = "sentinel-from-parent",
    description = "the parent puts the end mark, when the producer has ended")
final class SentinelFromParentLab extends Lab {
  private static final String END = "";

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      ChildProcess producer = ChildProcess.start(() -> produce(lesson, queue));
      ChildProcess consumer = ChildProcess.start(() -> consume(lesson, queue));
      producer.join();
      lesson.say("the parent puts the end mark", "主进程发送结束信号");
      queue.put(END);
      consumer.join();
    }
  }

  private static void produce(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      lesson.pause(1000, 3000);
      String food = lesson.word("bun", "包子") + i;
      queue.put(food);
      Kitchen.made(lesson, food);
    }
  }

  private static void consume(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    while (true) {
      String food = queue.take();
      if (food.equals(END)) {
        lesson.say("%d found the end mark", "%d 收到结束信号", Lesson.pid());
        return;
      }
      lesson.pause(1000, 3000);
      Kitchen.ate(lesson, food);
    }
  }
}
