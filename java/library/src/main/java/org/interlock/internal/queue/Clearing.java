package org.interlock.internal.queue;

import org.interlock.internal.Status;

/** Removes items unread, many at a time. */
final class Clearing {
  private Clearing() {}

  /**
   * Removes what was there when it was called. It stops when the queue is found empty, or when it
   * has removed so many; items that were given back come first and do not count.
   */
  static void clear(QueueCore core) {
    Scratch scratch = ScratchPool.acquire();
    try {
      int left = core.size();
      while (left > 0) {
        long result = core.tryTakeAll(scratch, Math.min(left, QueueCore.LARGEST_BATCH));
        int count = Status.countOf(result);
        if (count == 0) {
          requireEmpty(core, Status.statusOf(result));
          return;
        }
        left -= finish(core, scratch, count);
      }
    } finally {
      ScratchPool.release(scratch);
    }
  }

  /** Throws unless that is why nothing was taken. */
  static void requireEmpty(QueueCore core, int status) {
    if (!Status.isBlocked(status) && status != Status.SHUT_DOWN) {
      throw core.failure(status);
    }
  }

  /** Finishes what was taken; returns how many of them were taken for the first time. */
  private static int finish(QueueCore core, Scratch scratch, int count) {
    if (!core.isJoinable()) {
      return count;
    }
    int first = 0;
    int at = 0;
    for (int i = 0; i < count; i++) {
      core.done(scratch.packedToken(at));
      if (scratch.packedDeliveries(at) == 1) {
        first++;
      }
      at = scratch.packedNext(at);
    }
    return first;
  }
}
