package org.interlock.course.model;

import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Writes down how things were; the next owner undoes what it finds under way. */
public final class SafeBank {
  private final Cell[] accounts;
  private final Cell[] before;
  private final Cell underWay;
  private final ProcessLock lock;

  public SafeBank(Bench bench) {
    accounts = new Cell[] {bench.cell("0"), bench.cell("1")};
    before = new Cell[] {bench.cell("before-0"), bench.cell("before-1")};
    underWay = bench.cell("under-way");
    lock = ProcessLock.open(bench.name("lock")).onOwnerDeath(death -> undo());
  }

  public void move(int from, int to, int amount) {
    lock.lock();
    try {
      before[0].set(accounts[0].get());
      before[1].set(accounts[1].get());
      underWay.set(1);
      accounts[from].set(accounts[from].get() - amount);
      accounts[to].set(accounts[to].get() + amount);
      underWay.set(0);
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

  private void undo() {
    if (underWay.get() != 0) {
      accounts[0].set(before[0].get());
      accounts[1].set(before[1].get());
      underWay.set(0);
    }
  }
}
