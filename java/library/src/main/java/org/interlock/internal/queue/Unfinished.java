package org.interlock.internal.queue;

import java.util.IdentityHashMap;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the items that this process took and did not finish, in the order in which they
 * were taken, for {@code taskDone}. Its memory is that of the unfinished items: nothing stays of a
 * thread that has none.
 */
final class Unfinished {
  private static final class Entry {
    final long token;
    final Thread taker;
    @Nullable Entry before;
    @Nullable Entry after;
    @Nullable Entry nextOfTaker;

    Entry(long token, Thread taker) {
      this.token = token;
      this.taker = taker;
    }
  }

  private static final class Ends {
    @Nullable Entry oldest;
    @Nullable Entry newest;
  }

  /** Guards everything; never held while something waits. */
  private final Object guard = new Object();

  private final Ends all = new Ends();
  private final IdentityHashMap<Thread, Ends> byTaker = new IdentityHashMap<>();

  /** Adds what the calling thread has just taken. */
  void add(long token) {
    Entry entry = new Entry(token, Thread.currentThread());
    synchronized (guard) {
      entry.before = all.newest;
      if (all.newest == null) {
        all.oldest = entry;
      } else {
        all.newest.after = entry;
      }
      all.newest = entry;
      Ends own = byTaker.computeIfAbsent(entry.taker, thread -> new Ends());
      if (own.newest == null) {
        own.oldest = entry;
      } else {
        own.newest.nextOfTaker = entry;
      }
      own.newest = entry;
    }
  }

  /** Removes the calling thread's oldest; if it has none, the process's oldest. */
  OptionalLong removeOldest() {
    synchronized (guard) {
      Ends own = byTaker.get(Thread.currentThread());
      Entry entry = own == null ? all.oldest : own.oldest;
      if (entry == null) {
        return OptionalLong.empty();
      }
      unlink(entry);
      return OptionalLong.of(entry.token);
    }
  }

  /**
   * Entry is the oldest of its taker: the oldest of all is that too, for both lists have one order.
   */
  private void unlink(Entry entry) {
    if (entry.before == null) {
      all.oldest = entry.after;
    } else {
      entry.before.after = entry.after;
    }
    if (entry.after == null) {
      all.newest = entry.before;
    } else {
      entry.after.before = entry.before;
    }
    if (entry.nextOfTaker == null) {
      byTaker.remove(entry.taker);
    } else {
      Ends own = byTaker.get(entry.taker);
      if (own != null) {
        own.oldest = entry.nextOfTaker;
      }
    }
  }

  /** For tests: nothing is kept once everything was finished. */
  int takers() {
    synchronized (guard) {
      return byTaker.size();
    }
  }
}
