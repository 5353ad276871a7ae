import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Exercise 2.1: every coin that was put in is there. 放进去的硬币一枚不少。 */
public final class PiggyBank {
  private final Cell coins;

  public PiggyBank(Bench bench) {
    coins = bench.slowCell("coins");
    // ProcessLock.open(bench.name("…")) is the same lock in every process. 在每个进程里都是同一把锁。
  }

  /** Puts coins in, and answers how many there are now. 放入硬币，返回现在的总数。 */
  public long add(int more) {
    long sum = coins.get() + more;
    coins.set(sum);
    return sum;
  }
}
