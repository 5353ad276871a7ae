package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import picocli.CommandLine.Command;

/**
 * Three producers, two consumers, no end marks: the queue itself says that nothing more will come.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run shutdown}
 *
 * <p><b>Expect:</b> six things are made and eaten, also those that were still in the queue when it
 * was shut down; then both consumers are told, and end.
 *
 * <pre>
 * 29954 made swill0
 * 29882 made bun0
 * 29926 made bone0
 * 29882 made bun1
 * 29954 made swill1
 * 30103 ate bun0
 * 29926 made bone1
 * 30019 ate swill0
 * 30103 ate bone0
 * 30019 ate bun1
 * 30103 ate swill1
 * 30103: nothing more will come
 * 30019 ate bone1
 * 30019: nothing more will come
 * </pre>
 *
 * <p><b>Why:</b> after {@code shutdown()} nothing can be put; {@code take()} gives what is left,
 * and then throws {@link QueueShutdownException}, to every consumer in every process, however many
 * there are. No Python queue between processes can do this: {@code close()} there only says that
 * <em>this</em> process will put no more, and consumers are told nothing. ({@code Queue.shutdown()}
 * of Python 3.13 is for threads.)
 */
@Command(
    name = "shutdown",
    description = "the same without end marks: the queue says that nothing more will come")
final class ShutdownLab extends Lab {
  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      List<ChildProcess> producers = new ArrayList<>();
      for (String food :
          List.of(
              lesson.word("bun", "包子"), lesson.word("bone", "骨头"), lesson.word("swill", "泔水"))) {
        producers.add(ChildProcess.start(() -> produce(lesson, food, queue)));
      }
      for (int i = 0; i < 2; i++) {
        ChildProcess.start(() -> consume(lesson, queue));
      }
      for (ChildProcess producer : producers) {
        producer.join();
      }
      queue.shutdown();
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
    try {
      while (true) {
        String food = queue.take();
        lesson.pause(1000, 3000);
        Kitchen.ate(lesson, food);
      }
    } catch (QueueShutdownException nothingMore) {
      lesson.say("%d: nothing more will come", "%d: 不会再有了", Lesson.pid());
    }
  }
}
