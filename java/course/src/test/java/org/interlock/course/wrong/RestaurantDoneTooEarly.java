package org.interlock.course.wrong;

import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.course.Bench;

/** Done before it is eaten. */
public final class RestaurantDoneTooEarly {
  private final Bench bench;
  private final JoinableQueue<String> queue;

  public RestaurantDoneTooEarly(Bench bench) {
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
      queue.taskDone();
      bench.eat(dish);
    }
  }
}
