package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import org.interlock.course.Bench;

/** The first cook that is ready closes the kitchen for the other. */
public final class TwoCooksFirstShutsDown {
  private final ProcessQueue<String> queue;

  public TwoCooksFirstShutsDown(Bench bench) {
    queue = ProcessQueue.open(bench.name("queue"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  public void produce(int items) throws InterruptedException {
    for (int i = 0; i < items; i++) {
      queue.put("bun" + i);
    }
    queue.shutdown();
  }

  public int consume() throws InterruptedException {
    int eaten = 0;
    try {
      while (true) {
        queue.take();
        eaten++;
      }
    } catch (QueueShutdownException nothingMore) {
      return eaten;
    }
  }
}
