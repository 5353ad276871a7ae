package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** What isFull() said is old when it acts. */
public final class LatestNewsNoLock {
  private final Bench bench;
  private final ProcessQueue<String> news;

  public LatestNewsNoLock(Bench bench) {
    this.bench = bench;
    news = ProcessQueue.open(bench.name("news"), Codec.strings(), 2);
  }

  public void post(String item) {
    if (news.isFull()) {
      bench.think();
      news.poll();
    } else {
      bench.think();
    }
    news.offer(item);
  }

  public String read() {
    return news.poll();
  }
}
