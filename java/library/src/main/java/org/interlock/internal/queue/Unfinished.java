package org.interlock.internal.queue;

import java.util.IdentityHashMap;
import java.util.OptionalLong;
import org.interlock.internal.OperationLock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the items that this process took and did not finish, in the order in which they
 * were taken, for {@code taskDone}. Its memory is that of the unfinished items: of threads that
 * have none only one is remembered, the last, which as a rule is the one that takes next.
 */
final class Unfinished {
  private static final class Entry {
    final long token;
    final Own own;
    @Nullable Entry before;
    @Nullable Entry after;
    @Nullable Entry nextOfTaker;

    Entry(long token, Own own) {
      this.token = token;
      this.own = own;
    }
  }

  /** The entries of one thread. */
  private static final class Own {
    final Thread taker;
    @Nullable Entry oldest;
    @Nullable Entry newest;

    Own(Thread taker) {
      this.taker = taker;
    }
  }

  /** Guards everything; never held while something waits. */
  private final OperationLock guard = new OperationLock();

  private @Nullable Entry oldest;
  private @Nullable Entry newest;
  private final IdentityHashMap<Thread, Own> byTaker = new IdentityHashMap<>();
  private @Nullable Own last; // in the map, too; the only one there that may be empty

  /** Adds what the calling thread has just taken. */
  void add(long token) {
    Thread me = Thread.currentThread();
    guard.lock();
    try {
      Own own = ofTaker(me);
      Entry entry = new Entry(token, own);
      entry.before = newest;
      if (newest == null) {
        oldest = entry;
      } else {
        newest.after = entry;
      }
      newest = entry;
      if (own.newest == null) {
        own.oldest = entry;
      } else {
        own.newest.nextOfTaker = entry;
      }
      own.newest = entry;
    } finally {
      guard.unlock();
    }
  }

  /** Removes the calling thread's oldest; if it has none, the process's oldest. */
  OptionalLong removeOldest() {
    Thread me = Thread.currentThread();
    guard.lock();
    try {
      Own own = last != null && last.taker == me ? last : byTaker.get(me);
      Entry entry = own == null || own.oldest == null ? oldest : own.oldest;
      if (entry == null) {
        return OptionalLong.empty();
      }
      unlink(entry);
      return OptionalLong.of(entry.token);
    } finally {
      guard.unlock();
    }
  }

  private Own ofTaker(Thread taker) {
    if (last != null && last.taker == taker) {
      return last;
    }
    Own own = byTaker.computeIfAbsent(taker, Own::new);
    remember(own);
    return own;
  }

  private void remember(Own own) {
    if (last != null && last != own && last.oldest == null) {
      byTaker.remove(last.taker);
    }
    last = own;
  }

  /**
   * Entry is the oldest of its taker: the oldest of all is that too, for both lists have one order.
   */
  private void unlink(Entry entry) {
    if (entry.before == null) {
      oldest = entry.after;
    } else {
      entry.before.after = entry.after;
    }
    if (entry.after == null) {
      newest = entry.before;
    } else {
      entry.after.before = entry.before;
    }
    Own own = entry.own;
    own.oldest = entry.nextOfTaker;
    if (own.oldest == null) {
      own.newest = null;
      remember(own);
    }
  }

  /** For tests: how many threads have something unfinished. */
  int takers() {
    guard.lock();
    try {
      return (int) byTaker.values().stream().filter(own -> own.oldest != null).count();
    } finally {
      guard.unlock();
    }
  }

  /** For tests: how many threads are remembered, those that have nothing unfinished included. */
  int remembered() {
    guard.lock();
    try {
      return byTaker.size();
    } finally {
      guard.unlock();
    }
  }
}
