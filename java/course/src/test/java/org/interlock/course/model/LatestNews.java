package org.interlock.course.model;

import org.interlock.Codec;
import org.interlock.ProcessLock;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** Look and act are one step for all who take the same lock; readers, too. */
public final class LatestNews {
  private final Bench bench;
  private final ProcessQueue<String> news;
  private final ProcessLock lock;

  public LatestNews(Bench bench) {
    this.bench = bench;
    news = ProcessQueue.open(bench.name("news"), Codec.strings(), 2);
    lock = ProcessLock.open(bench.name("lock"));
  }

  public void post(String item) {
    lock.lock();
    try {
      if (news.isFull()) {
        bench.think();
        news.poll();
      } else {
        bench.think();
      }
      news.offer(item);
    } finally {
      lock.unlock();
    }
  }

  public String read() {
    lock.lock();
    try {
      return news.poll();
    } finally {
      lock.unlock();
    }
  }
}
