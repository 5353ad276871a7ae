import org.interlock.ProcessQueue;
import org.interlock.course.Bench;

/** Exercise 4.1: what one process says, another hears. 一个进程说，另一个进程听。 */
public final class Chat {
  private static final ProcessQueue<String> QUEUE = ProcessQueue.create();

  public Chat(Bench bench) {}

  /** Says something. 说一句。 */
  public void say(String words) throws InterruptedException {
    QUEUE.put(words);
  }

  /** What was said first and not heard yet; null if nothing was. 最早说的、还没被听到的一句；没有则为 null。 */
  public String hear() {
    return QUEUE.poll();
  }
}
