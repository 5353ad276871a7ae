package org.interlock.course.model;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** A mark for each consumer. */
public final class EndMarks {
  private static final String END = "";
  private final ProcessQueue<String> queue;

  public EndMarks(Bench bench) {
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
    for (int i = 0; i < consumers; i++) {
      queue.put(END);
    }
  }
}
