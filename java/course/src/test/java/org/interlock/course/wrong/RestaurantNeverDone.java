package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.course.Bench;

/** Never done: the cook waits for ever. */
public final class RestaurantNeverDone {
  private final Bench bench;
  private final JoinableQueue<String> queue;

  public RestaurantNeverDone(Bench bench) {
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
    }
  }
}
