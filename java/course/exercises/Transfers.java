import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Exercise 2.2: move money between two accounts that many processes use. 多个进程在两个账户之间转账。 */
public final class Transfers {
  private final Bench bench;
  private final Cell[] accounts;
  private final ProcessLock[] locks;

  public Transfers(Bench bench) {
    this.bench = bench;
    accounts = new Cell[] {bench.slowCell("0"), bench.slowCell("1")};
    locks =
        new ProcessLock[] {
          ProcessLock.open(bench.name("lock-0")), ProcessLock.open(bench.name("lock-1"))
        };
  }

  /** Takes from one account, adds to the other. 从一个账户取，存进另一个。 */
  public void move(int from, int to, int amount) {
    locks[from].lock();
    bench.think();
    locks[to].lock();
    try {
      accounts[from].set(accounts[from].get() - amount);
      accounts[to].set(accounts[to].get() + amount);
    } finally {
      locks[to].unlock();
      locks[from].unlock();
    }
  }

  /** What is in both. 两个账户之和。 */
  public long sum() {
    locks[0].lock();
    locks[1].lock();
    try {
      return accounts[0].get() + accounts[1].get();
    } finally {
      locks[1].unlock();
      locks[0].unlock();
    }
  }
}
