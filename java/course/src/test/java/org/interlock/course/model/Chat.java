package org.interlock.course.model;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** A queue with a name is the same one in every process. */
public final class Chat {
  private final ProcessQueue<String> queue;

  public Chat(Bench bench) {
    queue = ProcessQueue.open(bench.name("chat"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  public void say(String words) throws InterruptedException {
    queue.put(words);
  }

  public String hear() {
    return queue.poll();
  }
}
