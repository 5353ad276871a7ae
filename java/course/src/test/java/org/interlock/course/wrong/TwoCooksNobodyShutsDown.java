package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import org.interlock.course.Bench;

/** The guest waits for ever. */
public final class TwoCooksNobodyShutsDown {
  private final ProcessQueue<String> queue;
  private final ProcessLong ready;

  public TwoCooksNobodyShutsDown(Bench bench) {
    queue = ProcessQueue.open(bench.name("queue"), Codec.strings(), ProcessQueue.UNBOUNDED);
    ready = ProcessLong.open(bench.name("ready"), 0);
  }

  public void produce(int items) throws InterruptedException {
    for (int i = 0; i < items; i++) {
      queue.put("bun" + i);
    }
    ready.addAndGet(1);
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
