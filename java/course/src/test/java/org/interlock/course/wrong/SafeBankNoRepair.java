package org.interlock.course.wrong;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** The lock goes on, half of the change stays. */
public final class SafeBankNoRepair {
  private final Cell[] accounts;
  private final ProcessLock lock;

  public SafeBankNoRepair(Bench bench) {
    accounts = new Cell[] {bench.cell("0"), bench.cell("1")};
    lock = ProcessLock.open(bench.name("lock"));
  }

  public void move(int from, int to, int amount) {
    lock.lock();
    try {
      accounts[from].set(accounts[from].get() - amount);
      accounts[to].set(accounts[to].get() + amount);
    } finally {
      lock.unlock();
    }
  }

  public long sum() {
    lock.lock();
    try {
      return accounts[0].get() + accounts[1].get();
    } finally {
      lock.unlock();
    }
  }
}
