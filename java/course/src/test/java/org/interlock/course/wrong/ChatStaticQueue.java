package org.interlock.course.wrong;

import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** A static field: every process makes a queue of its own. */
public final class ChatStaticQueue {
  private static final ProcessQueue<String> QUEUE = ProcessQueue.create();

  public ChatStaticQueue(Bench bench) {}

  public void say(String words) throws InterruptedException {
    QUEUE.put(words);
  }

  public String hear() {
    return QUEUE.poll();
  }
}
