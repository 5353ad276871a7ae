package org.interlock.course.model;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Everybody takes the lock of the smaller number first. */
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

  public void move(int from, int to, int amount) {
    locks[Math.min(from, to)].lock();
    bench.think();
    locks[Math.max(from, to)].lock();
    try {
      accounts[from].set(accounts[from].get() - amount);
      accounts[to].set(accounts[to].get() + amount);
    } finally {
      locks[Math.max(from, to)].unlock();
      locks[Math.min(from, to)].unlock();
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
