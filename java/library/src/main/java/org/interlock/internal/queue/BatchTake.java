package org.interlock.internal.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.interlock.Codec;
import org.interlock.DecodeException;
import org.interlock.internal.Status;
import org.interlock.internal.codec.SizedCodec;
import org.jspecify.annotations.Nullable;

/**
 * Takes many items with one native call. Only for targets that refuse nothing: what has left the
 * queue could not go back to its place.
 */
final class BatchTake<E> implements AutoCloseable {
  private static final Set<Class<?>> REFUSE_NOTHING =
      Set.of(
          ArrayList.class,
          LinkedList.class,
          ArrayDeque.class,
          HashSet.class,
          LinkedHashSet.class,
          ConcurrentLinkedQueue.class,
          ConcurrentLinkedDeque.class);

  /** As little as may be is lost if the process dies, or its memory runs out, in the middle. */
  private static final int MOST_AT_A_TIME = 128;

  private static final int BATCH_BYTES = 64 << 10;

  private final QueueCore core;
  private final Codec<E> codec;
  private final Scratch scratch = ScratchPool.acquire();
  private @Nullable DecodeException undecodable;

  BatchTake(QueueCore core, Codec<E> codec) {
    this.core = core;
    this.codec = codec;
  }

  /** Whether it takes whatever it is given, as far as its class tells. */
  static boolean refusesNothing(Collection<?> target) {
    return REFUSE_NOTHING.contains(target.getClass());
  }

  /**
   * Takes what is there, at most so many.
   *
   * @return how many are in the target now
   * @throws DecodeException if there was one that could not be read; those of the same batch are in
   *     the target
   */
  int drainTo(Collection<? super E> target, int most) {
    int drained = 0;
    int left = most;
    if (left > 1 && scratch.capacity() < BATCH_BYTES) {
      scratch.grow(BATCH_BYTES);
    }
    while (left > 0) {
      long result = core.tryTakeAll(scratch, Math.min(left, MOST_AT_A_TIME));
      int count = Status.countOf(result);
      if (count == 0) {
        Clearing.requireEmpty(core, Status.statusOf(result));
        return drained;
      }
      drained += deliver(target, count);
      left -= count;
    }
    return drained;
  }

  private int deliver(Collection<? super E> target, int count) {
    int delivered = 0;
    int taken = 0;
    int at = 0;
    try {
      while (taken < count) {
        E item = decode(at);
        if (item != null) {
          target.add(item);
          leaveToTaskDone(at);
          delivered++;
        }
        taken++;
        at = scratch.packedNext(at);
      }
    } finally {
      giveBack(at, count - taken);
    }
    if (undecodable != null) {
      throw undecodable;
    }
    return delivered;
  }

  /** Null: it is no item, which is told at the end. */
  private @Nullable E decode(int at) {
    try {
      return Consumer.decode(codec, core, source(at));
    } catch (DecodeException e) {
      if (core.isJoinable()) {
        core.done(scratch.packedToken(at)); // given back, it would come again and again
      }
      if (undecodable == null) {
        undecodable = e;
      } else {
        undecodable.addSuppressed(e);
      }
      return null;
    }
  }

  /** A user's codec may count from 0; one of ours does not, and a buffer the less is a third. */
  private ByteBuffer source(int at) {
    int offset = Scratch.packedBytes(at);
    int length = scratch.packedLength(at);
    ByteBuffer data = scratch.data();
    return codec instanceof SizedCodec
        ? data.limit(offset + length).position(offset)
        : data.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void leaveToTaskDone(int at) {
    if (core.isJoinable()) {
      core.unfinished().add(scratch.packedToken(at));
    }
  }

  /** Items of a joinable queue that did not reach the target: the memory ran out. */
  private void giveBack(int first, int count) {
    int at = first;
    for (int i = 0; core.isJoinable() && i < count; i++) {
      core.giveBack(scratch.packedToken(at));
      at = scratch.packedNext(at);
    }
  }

  @Override
  public void close() {
    ScratchPool.release(scratch);
  }
}
