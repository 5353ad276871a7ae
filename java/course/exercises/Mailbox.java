import java.util.concurrent.locks.Condition;
import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Exercise 7.2: a box for one letter. 只装一封信的信箱。 */
public final class Mailbox {
  private final Cell box;
  private final ProcessLock lock;
  private final Condition changed;

  public Mailbox(Bench bench) {
    box = bench.slowCell("box"); // 0: empty
    lock = ProcessLock.open(bench.name("lock"));
    changed = lock.condition("changed");
  }

  /** Waits until the box is empty, then puts a letter in. 等到信箱空了，放进一封信。 */
  public void put(int letter) throws InterruptedException {
    lock.lock();
    try {
      while (box.get() != 0) {
        changed.await();
      }
      box.set(letter);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a letter and takes it. 等一封信，取走它。 */
  public long take() throws InterruptedException {
    if (box.get() == 0) {
      lock.lock();
      try {
        changed.await();
      } finally {
        lock.unlock();
      }
    }
    lock.lock();
    try {
      long letter = box.get();
      box.set(0);
      changed.signalAll();
      return letter;
    } finally {
      lock.unlock();
    }
  }
}
