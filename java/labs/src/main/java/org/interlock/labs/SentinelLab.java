package org.interlock.labs;

import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * The producer puts an end mark behind its last item, and so the consumer ends.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run sentinel}
 *
 * <p><b>Expect:</b> five buns are made and eaten, the consumer finds the end mark, the program ends
 * by itself.
 *
 * <pre>
 * 16861 made bun0
 * 16904 ate bun0
 * 16861 made bun1
 * 16904 ate bun1
 * 16861 made bun2
 * 16861 made bun3
 * 16904 ate bun2
 * 16904 ate bun3
 * 16861 made bun4
 * 16904 ate bun4
 * 16904 found the end mark
 * </pre>
 *
 * <p><b>Why:</b> the queue is first in, first out: whoever takes the end mark knows that everything
 * before it was taken. The lesson's mark is {@code None}; a Java queue takes no null, so it is a
 * food without a name here. It must be told by its value: what is taken is a copy of what was put,
 * never the same object.
 */
@Command(
    name = "sentinel",
    description = "the producer puts an end mark, and the consumer ends when it finds it")
final class SentinelLab extends Lab {
  private static final String END = "";

  @Override
  void run(Lesson lesson) {
    // Closing it gives back the handle of this process; the children have handles of their own.
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      ChildProcess.start(() -> produce(lesson, queue));
      ChildProcess.start(() -> consume(lesson, queue));
    }
  }

  private static void produce(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      lesson.pause(1000, 3000);
      String food = lesson.word("bun", "包子") + i;
      queue.put(food);
      Kitchen.made(lesson, food);
    }
    queue.put(END);
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
