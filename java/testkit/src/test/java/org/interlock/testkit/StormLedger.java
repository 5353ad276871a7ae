package org.interlock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the workers of a storm wrote down, before and after each operation: a file that all of them
 * map, so that it is there after a SIGKILL. It uses nothing of Interlock.
 */
final class StormLedger {
  static final int WORKERS = 4;
  static final int MOST_ITEMS = 2_000_000;

  /** Of an item. */
  static final long RETURNED = 1;

  static final long DELIVERED = 2;
  static final long FINISHING = 4;
  static final long FINISHED = 8;

  /** Numbers that all share. */
  enum Word {
    STOP(0),
    QUEUE_ITEMS(1),
    JOINABLE_ITEMS(2),
    LONG_BEGUN(3),
    LONG_DONE(4),
    IN_LOCK(5),
    LOCK_FIRST(6),
    LOCK_SECOND(7),
    TOKENS(8),
    TOKENS_SINCE(9),
    SETS_BEGUN(10),
    SETS_DONE(11),
    BARRIER_LAST(12),
    BARRIER_FIRST(13);

    private final int number;

    Word(int number) {
      this.number = number;
    }
  }

  /** Numbers of each worker. */
  enum Mine {
    OPERATIONS(0),
    /**
     * It is about to be killed, or it is being replaced: what stands below is not to be trusted.
     */
    DOOMED(1),
    /** 0, {@link #MAYBE} or {@link #CERTAINLY}: whether it has a permit of the semaphore. */
    SEMAPHORE(2),
    /** How many permits of the pool it has at least, and how often that changed. */
    POOL(3),
    POOL_CHANGES(4),
    /** Whether it waits for a token. */
    WAITING(5),
    /** Whether it may have taken an item of the queue that it has not written down. */
    TAKING(6),
    /** Whether it has an item of the joinable queue that it has not finished. */
    HOLDING(7);

    private final int number;

    Mine(int number) {
      this.number = number;
    }
  }

  static final long MAYBE = 1;
  static final long CERTAINLY = 2;

  private static final int LINE = 16; // words: what one writes does not slow another down
  private static final int KINDS_AT = 32 * LINE;
  private static final int WORKERS_AT = 48 * LINE;
  private static final int ITEMS_AT = 64 * LINE;
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;

  StormLedger(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      memory = channel.map(MapMode.READ_WRITE, 0, (ITEMS_AT + 2L * MOST_ITEMS) * Long.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int at(Word word) {
    return word.number * LINE;
  }

  private static int at(int worker, Mine mine) {
    return WORKERS_AT + worker * LINE + mine.number;
  }

  private static int at(boolean joinable, long item) {
    return ITEMS_AT + (int) item + (joinable ? MOST_ITEMS : 0);
  }

  private long get(int index) {
    return (long) LONGS.getVolatile(memory, index * Long.BYTES);
  }

  private void set(int index, long value) {
    LONGS.setVolatile(memory, index * Long.BYTES, value);
  }

  private long add(int index, long delta) {
    return (long) LONGS.getAndAdd(memory, index * Long.BYTES, delta);
  }

  long get(Word word) {
    return get(at(word));
  }

  void set(Word word, long value) {
    set(at(word), value);
  }

  /** Returns what was there before. */
  long add(Word word, long delta) {
    return add(at(word), delta);
  }

  long get(int worker, Mine mine) {
    return get(at(worker, mine));
  }

  void set(int worker, Mine mine, long value) {
    set(at(worker, mine), value);
  }

  void add(int worker, Mine mine, long delta) {
    add(at(worker, mine), delta);
  }

  long item(boolean joinable, long item) {
    return get(at(joinable, item));
  }

  /** Returns what the item's flags were. */
  long mark(boolean joinable, long item, long flag) {
    return (long) LONGS.getAndBitwiseOr(memory, at(joinable, item) * Long.BYTES, flag);
  }

  /** How many operations there were on that kind of object. */
  long operations(int kind) {
    return get(KINDS_AT + kind * LINE);
  }

  void operated(int worker, int kind) {
    add(KINDS_AT + kind * LINE, 1);
    add(worker, Mine.OPERATIONS, 1);
  }

  /** How many wait for a token. */
  int waiting() {
    int count = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      count += get(worker, Mine.DOOMED) == 0 && get(worker, Mine.WAITING) != 0 ? 1 : 0;
    }
    return count;
  }

  /** Permits that the workers have at one moment; empty workers do not count, nor doomed ones. */
  long poolInUse() {
    while (true) {
      long changes = poolChanges();
      long sum = 0;
      for (int worker = 0; worker < WORKERS; worker++) {
        sum += get(worker, Mine.DOOMED) == 0 ? get(worker, Mine.POOL) : 0;
      }
      if (poolChanges() == changes) {
        return sum;
      }
    }
  }

  /** Never goes back, so the same number twice means that nothing changed in between. */
  private long poolChanges() {
    long sum = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      sum += get(worker, Mine.POOL_CHANGES);
    }
    return sum;
  }

  /** For the worker itself, and for who replaces it. */
  void holdsOfPool(int worker, long permits) {
    add(worker, Mine.POOL_CHANGES, 1);
    set(worker, Mine.POOL, permits);
    add(worker, Mine.POOL_CHANGES, 1);
  }
}
