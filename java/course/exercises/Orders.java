import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** Exercise 6.2: handling an order may fail. 处理订单可能失败。 */
public final class Orders {
  private final Bench bench;
  private final JoinableQueue<String> orders;

  public Orders(Bench bench) {
    this.bench = bench;
    orders = JoinableQueue.open(bench.name("orders"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  /** Somebody orders. 有人下单。 */
  public void order(String what) throws InterruptedException {
    orders.put(what);
  }

  /** Handles one order with bench.handle(…), within 100 ms; whether one was. 处理一张订单，最多等 100 毫秒；返回有没有处理成。 */
  public boolean work() throws InterruptedException {
    String order = orders.poll(100, TimeUnit.MILLISECONDS);
    if (order == null) {
      return false;
    }
    try {
      bench.handle(order);
      return true;
    } catch (IOException failed) {
      return false;
    } finally {
      orders.taskDone();
    }
  }
}
