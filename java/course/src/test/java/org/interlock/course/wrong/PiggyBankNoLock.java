package org.interlock.course.wrong;

import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** No lock: two read the same number. */
public final class PiggyBankNoLock {
  private final Cell coins;

  public PiggyBankNoLock(Bench bench) {
    coins = bench.slowCell("coins");
  }

  public long add(int more) {
    long sum = coins.get() + more;
    coins.set(sum);
    return sum;
  }
}
