package org.interlock.course.wrong;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Two that go opposite ways wait for each other. */
public final class TransfersLockOrder {
  private final Bench bench;
  private final Cell[] accounts;
  private final ProcessLock[] locks;

  public TransfersLockOrder(Bench bench) {
    this.bench = bench;
    accounts = new Cell[] {bench.slowCell("0"), bench.slowCell("1")};
    locks =
        new ProcessLock[] {
          ProcessLock.open(bench.name("lock-0")), ProcessLock.open(bench.name("lock-1"))
        };
  }

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
