package org.interlock.course.model;

import java.util.concurrent.locks.Condition;
import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Looks while it holds the lock, in a loop around await. */
public final class Mailbox {
  private final Cell box;
  private final ProcessLock lock;
  private final Condition changed;

  public Mailbox(Bench bench) {
    box = bench.slowCell("box"); // 0: empty
    lock = ProcessLock.open(bench.name("lock"));
    changed = lock.condition("changed");
  }

  public void put(int letter) throws InterruptedException {
    lock.lock();
    try {
      while (box.get() != 0) {
        changed.await();
      }
      box.set(letter);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public long take() throws InterruptedException {
    lock.lock();
    try {
      while (box.get() == 0) {
        changed.await();
      }
      long letter = box.get();
      box.set(0);
      changed.signalAll();
      return letter;
    } finally {
      lock.unlock();
    }
  }
}
