package org.interlock.internal.queue;

import org.interlock.Codec;
import org.interlock.internal.Deadline;
import org.interlock.internal.Failures;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.Status;

/** The putting side of one handle of a queue. */
public final class Producer<E> {
  private static final long PAGE = 4096;

  /** A record's header, and the jump record behind it that must have room. */
  private static final long OVERHEAD = 24;

  private final SharedHandle<QueueCore> handle;
  private final Encoder<E> encoder;

  Producer(SharedHandle<QueueCore> handle, Codec<E> codec) {
    this.handle = handle;
    this.encoder = new Encoder<>(codec);
  }

  /** Puts an item if there is room now; whether there was. */
  public boolean tryPut(E item) {
    QueueCore core = handle.open();
    Scratch scratch = ScratchPool.acquire();
    try {
      int length = encoder.encode(item, scratch, core);
      return isIn(core.tryPut(scratch, length), core, length);
    } finally {
      ScratchPool.release(scratch);
    }
  }

  /** Puts an item as soon as there is room; false if there was none until the deadline. */
  public boolean put(E item, Deadline deadline) throws InterruptedException {
    QueueCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Scratch scratch = ScratchPool.acquire();
    try {
      int length = encoder.encode(item, scratch, core);
      int status = core.tryPut(scratch, length);
      if (Status.isBlocked(status)) {
        status = core.notFull().await(() -> core.tryPut(scratch, length), status, handle, deadline);
      }
      return isIn(status, core, length);
    } finally {
      ScratchPool.release(scratch);
    }
  }

  /** As many items as go in until the deadline; see {@link BatchPut}. */
  public int putAll(Object[] items, Deadline deadline) throws InterruptedException {
    QueueCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try (BatchPut<E> batch = new BatchPut<>(core, handle, encoder, deadline)) {
      return batch.put(items);
    }
  }

  private static boolean isIn(int status, QueueCore core, int length) {
    if (status == Status.OK) {
      return true;
    }
    if (Status.isBlocked(status) || status == Status.TIMED_OUT) {
      return false;
    }
    throw failure(status, core, length);
  }

  static RuntimeException failure(int status, QueueCore core, long length) {
    if (status == Status.TOO_LARGE) {
      return Encoder.tooLarge(core, length);
    }
    long needed = (length + OVERHEAD + PAGE - 1) / PAGE * PAGE;
    return Failures.of(status, core.label(), needed);
  }
}
