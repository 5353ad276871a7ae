package org.interlock.course.model;

import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.course.Bench;

/** A dish is done when it is eaten. */
public final class Restaurant {
  private final Bench bench;
  private final JoinableQueue<String> queue;

  public Restaurant(Bench bench) {
    this.bench = bench;
    queue = JoinableQueue.open(bench.name("dishes"), Codec.strings(), JoinableQueue.UNBOUNDED);
  }

  public int cook(int dishes) throws InterruptedException {
    for (int i = 0; i < dishes; i++) {
      queue.put("dish" + i);
    }
    queue.join();
    return bench.eaten();
  }

  public void eat(int dishes) throws InterruptedException {
    for (int i = 0; i < dishes; i++) {
      String dish = queue.take();
      bench.eat(dish);
      queue.taskDone();
    }
  }
}
