package org.interlock.labs;

import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * A producer and a consumer on a queue: the version that never ends.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run producer-consumer}
 *
 * <p><b>Expect:</b> ten buns are made and eaten. Then the producer has ended, the queue is empty,
 * and the consumer is still there, waiting for an eleventh. The lab waits a while for its end, in
 * vain, and ends it.
 *
 * <pre>
 * 9072 made bun0
 * 9072 made bun1
 * 9119 ate bun0
 * 9072 made bun2
 * 9072 made bun3
 * 9119 ate bun1
 * 9072 made bun4
 * ...
 * 9119 ate bun8
 * 9119 ate bun9
 * stuck: producer alive: false, queue empty: true, consumer alive: true
 * the consumer was ended, exit code -15
 * </pre>
 *
 * <p><b>Why:</b> the queue stands between the two, so that neither has to wait for the other's
 * pace. But {@code take()} waits for the next item, and nothing tells the consumer that there will
 * be none. The labs {@code sentinel}, {@code shutdown} and {@code joinable-queue} are three ways to
 * tell it.
 *
 * <p><b>Mended:</b> the lesson's program has to be ended by hand; this one says that it is stuck,
 * and ends its consumer itself.
 */
@Command(
    name = "producer-consumer",
    description = "ten buns are made and eaten, and the consumer waits for an eleventh for ever")
final class ProducerConsumerLab extends Lab {
  private static final int BUNS = 10;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create();
        ProcessLong eaten = ProcessLong.create(0)) {
      ChildProcess producer = ChildProcess.start(() -> produce(lesson, queue));
      ChildProcess consumer = ChildProcess.start(() -> consume(lesson, queue, eaten));
      producer.join();
      while (eaten.get() < BUNS) {
        lesson.pause(100);
      }
      boolean ended = consumer.join(lesson.hasten(5000), TimeUnit.MILLISECONDS);
      lesson.say(
          "stuck: producer alive: %b, queue empty: %b, consumer alive: %b",
          "卡住了: 生产者还在: %b,队列为空: %b,消费者还在: %b", producer.isAlive(), queue.isEmpty(), !ended);
      consumer.terminate();
      consumer.join();
      lesson.say(
          "the consumer was ended, exit code %d",
          "消费者被终止,退出码 %d", consumer.exitCode().orElseThrow());
    }
  }

  private static void produce(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    for (int i = 0; i < BUNS; i++) {
      lesson.pause(1000, 3000);
      String food = lesson.word("bun", "包子") + i;
      queue.put(food);
      Kitchen.made(lesson, food);
    }
  }

  private static void consume(Lesson lesson, ProcessQueue<String> queue, ProcessLong eaten)
      throws InterruptedException {
    while (true) {
      String food = queue.take();
      lesson.pause(1000, 3000);
      Kitchen.ate(lesson, food);
      eaten.addAndGet(1);
    }
  }
}
