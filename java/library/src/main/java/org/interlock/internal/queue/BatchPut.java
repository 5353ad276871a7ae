package org.interlock.internal.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.interlock.internal.Deadline;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.Status;

/**
 * One {@code offerAll}: items are encoded and packed, and go into the queue many at a time.
 *
 * <p>Whatever ends it early (an interrupt, a shutdown, a codec that throws, a full file system) is
 * told by its exception if nothing went in yet; else by the count, and whoever goes on with the
 * rest meets it again. So it is always known what is in the queue.
 */
final class BatchPut<E> implements AutoCloseable {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int ALIGNMENT = 8;
  private static final int BATCH_BYTES = 64 << 10;

  private final QueueCore core;
  private final SharedHandle<QueueCore> handle;
  private final Encoder<E> encoder;
  private final Deadline deadline;
  private final Scratch one = ScratchPool.acquire();
  private final Scratch packed = ScratchPool.acquire();
  private int packedBytes;
  private int packedCount;
  private int done; // items that are in the queue

  BatchPut(QueueCore core, SharedHandle<QueueCore> handle, Encoder<E> encoder, Deadline deadline) {
    this.core = core;
    this.handle = handle;
    this.encoder = encoder;
    this.deadline = deadline;
  }

  /** How many of the items, from the first, went in. */
  int put(Object[] items) throws InterruptedException {
    try {
      putInBatches(items);
    } catch (RuntimeException | Error e) {
      if (done == 0) {
        throw e;
      }
    } catch (InterruptedException e) {
      if (done == 0) {
        throw e;
      }
      Thread.currentThread().interrupt();
    }
    return done;
  }

  private void putInBatches(Object[] items) throws InterruptedException {
    if (items.length > 1 && packed.capacity() < BATCH_BYTES) {
      packed.grow(BATCH_BYTES);
    }
    for (Object item : items) {
      if (!put(item)) {
        return;
      }
    }
    flush();
  }

  /** Packs it, after what comes before it went in if need be; false if the time was over then. */
  @SuppressWarnings("unchecked") // an array of the collection's elements, which are E
  private boolean put(Object item) throws InterruptedException {
    int length;
    try {
      if (packInPlace((E) item)) {
        return true;
      }
      length = encoder.encode((E) item, one, core);
    } catch (RuntimeException | Error e) {
      if (flush()) { // what comes before it goes in
        throw e;
      }
      return false;
    }
    if (packedCount > 0 && !hasRoom(length) && !flush()) {
      return false;
    }
    pack(length);
    return true;
  }

  /** Without a copy, if it is known beforehand that there is room. */
  private boolean packInPlace(E item) {
    long size = encoder.sizeOf(item);
    if (size < 0 || !hasRoom(size)) {
      return false;
    }
    int start = packedBytes + LENGTH_BYTES;
    int length = encoder.encodeAt(item, packed, start);
    packed.data().order(ByteOrder.nativeOrder()).putLong(packedBytes, length);
    packedBytes = padded(start + length);
    packedCount++;
    return true;
  }

  private boolean hasRoom(long length) {
    return packedCount < QueueCore.LARGEST_BATCH
        && packedBytes + LENGTH_BYTES + length + ALIGNMENT <= packed.capacity();
  }

  private void pack(int length) {
    long needed = (long) packedBytes + LENGTH_BYTES + length + ALIGNMENT;
    if (needed > packed.capacity()) {
      packed.grow(needed); // it is empty
    }
    ByteBuffer target = packed.data().position(packedBytes);
    target.order(ByteOrder.nativeOrder()).putLong(length);
    target.put(one.data().limit(length));
    packedBytes = padded(target.position());
    packedCount++;
  }

  private static int padded(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Puts what is packed; false if the time was over before all of it was in. */
  private boolean flush() throws InterruptedException {
    int offset = 0;
    while (packedCount > 0) {
      int from = offset;
      long result = core.tryPutAll(packed, from, packedBytes - from, packedCount);
      if (Status.countOf(result) == 0) {
        result = awaitRoom(from, Status.statusOf(result));
      }
      int count = Status.countOf(result);
      if (count == 0) {
        return false;
      }
      done += count;
      packedCount -= count;
      offset = skip(from, count);
    }
    packedBytes = 0;
    return true;
  }

  /** Where the item stands that comes after so many others. */
  private int skip(int offset, int count) {
    ByteBuffer data = packed.data().order(ByteOrder.nativeOrder());
    int at = offset;
    for (int i = 0; i < count; i++) {
      at = padded(at + LENGTH_BYTES + (int) data.getLong(at));
    }
    return at;
  }

  /** Waits until at least one item is in; count 0 if the time was over before. */
  private long awaitRoom(int from, int first) throws InterruptedException {
    long[] result = {0};
    int status = first;
    if (Status.isBlocked(first)) {
      status =
          core.notFull()
              .await(
                  () -> {
                    result[0] = core.tryPutAll(packed, from, packedBytes - from, packedCount);
                    return Status.countOf(result[0]) > 0 ? Status.OK : Status.statusOf(result[0]);
                  },
                  first,
                  handle,
                  deadline);
    }
    if (status == Status.TIMED_OUT) {
      return 0;
    }
    if (status != Status.OK) {
      throw Producer.failure(status, core, nextLength(from));
    }
    return result[0];
  }

  private long nextLength(int offset) {
    return packed.data().order(ByteOrder.nativeOrder()).getLong(offset);
  }

  @Override
  public void close() {
    ScratchPool.release(one);
    ScratchPool.release(packed);
  }
}
