import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** Exercise 5.1: one producer, several consumers, end marks. 一个生产者，几个消费者，结束信号。 */
public final class EndMarks {
  private static final String END = "";
  private final ProcessQueue<String> queue;

  public EndMarks(Bench bench) {
    queue = ProcessQueue.open(bench.name("queue"), Codec.strings(), ProcessQueue.UNBOUNDED);
  }

  /** Puts so many. 放入这么多个。 */
  public void produce(int items) throws InterruptedException {
    for (int i = 0; i < items; i++) {
      queue.put("bun" + i);
    }
  }

  /** Takes until the end mark; how many it were. 一直取到结束信号；返回取了几个。 */
  public int consume() throws InterruptedException {
    int consumed = 0;
    while (!queue.take().equals(END)) {
      consumed++;
    }
    return consumed;
  }

  /** Nothing more will come. 不会再有了。 */
  public void finish(int consumers) throws InterruptedException {
    queue.put(END);
  }
}
