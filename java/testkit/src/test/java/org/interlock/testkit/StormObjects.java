package org.interlock.testkit;

import java.util.List;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.PermitPool;
import org.interlock.ProcessBarrier;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.ProcessSemaphore;
import org.interlock.Shared;

/** One of each kind, by names that begin with the same. */
record StormObjects(
    ProcessLock lock,
    ProcessSemaphore semaphore,
    PermitPool pool,
    ProcessEvent event,
    ProcessBarrier barrier,
    ProcessQueue<Long> queue,
    JoinableQueue<Long> joinable,
    ProcessLong number)
    implements AutoCloseable {
  static final List<String> KINDS =
      List.of(
          "lock",
          "condition",
          "semaphore",
          "permits",
          "event",
          "barrier",
          "queue",
          "joinable",
          "long");
  static final int SEMAPHORE_PERMITS = 5;
  static final int PERMITS = 2;
  private static final int CAPACITY = 50;
  private static final int LINE_BITS = 8;

  StormObjects(String name) {
    this(
        ProcessLock.open(name + "-lock"),
        ProcessSemaphore.open(name + "-semaphore", SEMAPHORE_PERMITS),
        PermitPool.open(name + "-pool", PERMITS),
        ProcessEvent.open(name + "-event"),
        ProcessBarrier.open(name + "-barrier", 2),
        ProcessQueue.open(name + "-queue", Codec.longs(), CAPACITY, 1 << 18),
        JoinableQueue.open(name + "-joinable", Codec.longs(), CAPACITY, 1 << 18),
        ProcessLong.open(name + "-number", 0));
  }

  private List<Shared> all() {
    return List.of(lock, semaphore, pool, event, barrier, queue, joinable, number);
  }

  void unlink() {
    all().forEach(Shared::unlink);
  }

  @Override
  public void close() {
    all().forEach(Shared::close);
  }

  static long encode(int line, long item) {
    return item << LINE_BITS | line;
  }

  static long itemOf(long encoded) {
    return encoded >>> LINE_BITS;
  }

  static long lineOf(long encoded) {
    return encoded & ((1 << LINE_BITS) - 1);
  }
}
