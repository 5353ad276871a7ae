import org.interlock.Codec;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import org.interlock.course.Bench;

/** Exercise 5.2: two cooks, one guest, no end marks. 两个厨师，一个客人，不用结束信号。 */
public final class TwoCooks {
  private final ProcessQueue<String> queue;
  private final ProcessLong ready;

  public TwoCooks(Bench bench) {
    queue = ProcessQueue.open(bench.name("queue"), Codec.strings(), ProcessQueue.UNBOUNDED);
    ready = ProcessLong.open(bench.name("ready"), 0);
  }

  /** One of two cooks makes so many. 两个厨师中的一个做这么多。 */
  public void produce(int items) throws InterruptedException {
    for (int i = 0; i < items; i++) {
      queue.put("bun" + i);
    }
    queue.shutdown();
  }

  /** Eats until nothing more will come; how many it were. 一直吃到不会再有；返回吃了几个。 */
  public int consume() throws InterruptedException {
    int eaten = 0;
    try {
      while (true) {
        queue.take();
        eaten++;
      }
    } catch (QueueShutdownException nothingMore) {
      return eaten;
    }
  }
}
