package org.interlock.internal.posix;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;
import org.interlock.internal.Failures;

/** Keeps a native object from being given back under those who use it. */
public final class Gate {
  private final String label;
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private final AtomicInteger blocked = new AtomicInteger();
  private boolean closed; // guarded by closing

  /**
   * Open at first.
   *
   * @param label of the object, for messages
   */
  public Gate(String label) {
    this.label = label;
  }

  /** Of the object. */
  String label() {
    return label;
  }

  /** Makes a call that does not wait; closing waits for it. */
  public int pass(IntSupplier call) {
    closing.readLock().lock();
    try {
      requireOpen();
      return call.getAsInt();
    } finally {
      closing.readLock().unlock();
    }
  }

  /** Makes a call that may wait; until it returns, closing fails. */
  public int stay(IntSupplier call) {
    closing.readLock().lock();
    try {
      requireOpen();
      blocked.incrementAndGet();
    } finally {
      closing.readLock().unlock();
    }
    try {
      return call.getAsInt();
    } finally {
      blocked.decrementAndGet();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw Failures.closed(label);
    }
  }

  /** Throws after {@link #close}. */
  public void check() {
    int ignored = pass(() -> 0);
  }

  /**
   * Lets nobody in any more; the second time does nothing.
   *
   * @param giveBack gives the object back, or throws, and it stays open
   * @throws IllegalStateException if a thread may be waiting inside
   */
  public void close(Runnable giveBack) {
    closing.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      if (blocked.get() > 0) {
        throw new IllegalStateException(label + " can not be closed: a thread is blocked in it");
      }
      giveBack.run();
      closed = true;
    } finally {
      closing.writeLock().unlock();
    }
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    closing.readLock().lock();
    try {
      return closed;
    } finally {
      closing.readLock().unlock();
    }
  }
}
