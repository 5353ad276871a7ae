package org.interlock.course.wrong;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** A lock, but every process has one of its own. */
public final class PiggyBankOwnLock {
  private final Cell coins;
  private final ProcessLock lock = ProcessLock.create();

  public PiggyBankOwnLock(Bench bench) {
    coins = bench.slowCell("coins");
  }

  public long add(int more) {
    lock.lock();
    try {
      long sum = coins.get() + more;
      coins.set(sum);
      return sum;
    } finally {
      lock.unlock();
    }
  }
}
