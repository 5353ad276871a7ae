import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.course.Bench;

/** Exercise 6.1: the cook waits until all is eaten. 厨师等到全部吃完。 */
public final class Restaurant {
  private final Bench bench;
  private final JoinableQueue<String> queue;

  public Restaurant(Bench bench) {
    this.bench = bench;
    queue = JoinableQueue.open(bench.name("dishes"), Codec.strings(), JoinableQueue.UNBOUNDED);
  }

  /** Cooks so many, waits until they are eaten, answers bench.eaten(). 做这么多，等吃完，返回 bench.eaten()。 */
  public int cook(int dishes) throws InterruptedException {
    for (int i = 0; i < dishes; i++) {
      queue.put("dish" + i);
    }
    queue.join();
    return bench.eaten();
  }

  /** Eats so many. 吃这么多。 */
  public void eat(int dishes) throws InterruptedException {
    for (int i = 0; i < dishes; i++) {
      String dish = queue.take();
      bench.eat(dish);
    }
  }
}
