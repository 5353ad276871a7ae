package org.interlock.course.model;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** One process at a time between reading and writing. */
public final class PiggyBank {
  private final Cell coins;
  private final ProcessLock lock;

  public PiggyBank(Bench bench) {
    coins = bench.slowCell("coins");
    lock = ProcessLock.open(bench.name("lock"));
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
