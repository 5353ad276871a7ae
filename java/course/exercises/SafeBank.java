import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Exercise 8.2: a process may be killed between any two steps. 进程可能在任何两步之间被杀死。 */
public final class SafeBank {
  private final Cell[] accounts;
  private final ProcessLock lock;

  public SafeBank(Bench bench) {
    accounts = new Cell[] {bench.cell("0"), bench.cell("1")};
    lock = ProcessLock.open(bench.name("lock"));
  }

  /** Takes from one account, adds to the other. 从一个账户取，存进另一个。 */
  public void move(int from, int to, int amount) {
    lock.lock();
    try {
      accounts[from].set(accounts[from].get() - amount);
      accounts[to].set(accounts[to].get() + amount);
    } finally {
      lock.unlock();
    }
  }

  /** What is in both. 两个账户之和。 */
  public long sum() {
    lock.lock();
    try {
      return accounts[0].get() + accounts[1].get();
    } finally {
      lock.unlock();
    }
  }
}
