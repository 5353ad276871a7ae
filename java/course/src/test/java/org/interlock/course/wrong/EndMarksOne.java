package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** One mark, whoever else waits. */
public final class EndMarksOne {
  private static final String END = "";
  private final ProcessQueue<String> queue;

  public EndMarksOne(Bench bench) {
    queue = ProcessQueue.open(bench.name("queue"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  public void produce(int items) throws InterruptedException {
    for (int i = 0; i < items; i++) {
      queue.put("bun" + i);
    }
  }

  public int consume() throws InterruptedException {
    int consumed = 0;
    while (!queue.take().equals(END)) {
      consumed++;
    }
    return consumed;
  }

  public void finish(int consumers) throws InterruptedException {
    queue.put(END);
  }
}
