package org.interlock.internal.queue;

import java.nio.ByteBuffer;
import java.util.Collection;
import org.interlock.Codec;
import org.interlock.DecodeException;
import org.interlock.internal.Deadline;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObject;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/** The taking side of one handle of a queue. */
public final class Consumer<E> {
  private final SharedHandle<QueueCore> handle;
  private final Codec<E> codec;

  Consumer(SharedHandle<QueueCore> handle, Codec<E> codec) {
    this.handle = handle;
    this.codec = codec;
  }

  /** What becomes of an item that was taken. */
  @FunctionalInterface
  public interface Use<E, R> {
    /** If this throws, the item of a joinable queue is given back. */
    R apply(E item, Taken taken);
  }

  /** An item's place among the unfinished ones of a joinable queue. */
  public static final class Taken {
    private final QueueCore core;
    private final Scratch scratch;

    private Taken(QueueCore core, Scratch scratch) {
      this.core = core;
      this.scratch = scratch;
    }

    /** From now on {@code taskDone} finishes it. */
    public void leaveToTaskDone() {
      if (core.isJoinable()) {
        core.unfinished().add(scratch.itemToken());
      }
    }

    /** From now on whoever holds the hold finishes it. */
    public Hold leaveToHold() {
      return new Hold(core, scratch.itemToken(), scratch.itemDeliveries());
    }
  }

  /** Takes an item if there is one now; null if there is none, also after a shutdown. */
  public <R> @Nullable R tryTake(Use<E, R> use) {
    QueueCore core = handle.open();
    Scratch scratch = ScratchPool.acquire();
    try {
      int status = core.tryTake(scratch);
      if (status == Status.OK) {
        return use(core, scratch, use);
      }
      if (Status.isBlocked(status) || status == Status.SHUT_DOWN) {
        return null;
      }
      throw failure(core, scratch, status);
    } finally {
      ScratchPool.release(scratch);
    }
  }

  /** Takes an item as soon as there is one; null if there was none until the deadline. */
  public <R> @Nullable R take(Use<E, R> use, Deadline deadline) throws InterruptedException {
    QueueCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Scratch scratch = ScratchPool.acquire();
    try {
      int status = core.tryTake(scratch);
      if (!Status.isBlocked(status)) {
        return outcome(core, scratch, status, use);
      }
    } finally {
      ScratchPool.release(scratch);
    }
    try (WaitingTake waiting = new WaitingTake(core::tryTake)) {
      int status = core.notEmpty().await(waiting, Status.WOULD_BLOCK, handle, deadline);
      return status == Status.TIMED_OUT ? null : outcome(core, waiting.scratch(), status, use);
    }
  }

  private <R> R outcome(QueueCore core, Scratch scratch, int status, Use<E, R> use) {
    if (status != Status.OK) {
      throw failure(core, scratch, status);
    }
    return use(core, scratch, use);
  }

  /** Takes what is there, at most so many, for a target that {@link #takesMany} allows. */
  public int drainTo(Collection<? super E> target, int most) {
    try (BatchTake<E> batch = new BatchTake<>(handle.open(), codec)) {
      return batch.drainTo(target, most);
    }
  }

  /** Whether many items may be taken at a time for it. */
  public static boolean takesMany(Collection<?> target) {
    return BatchTake.refusesNothing(target);
  }

  /** Removes what is there, unread. */
  public void clear() {
    Clearing.clear(handle.open());
  }

  private static RuntimeException failure(QueueCore core, Scratch scratch, int status) {
    // Taking from a joinable queue may need memory: the item is copied, rounded to a power of two.
    return Producer.failure(status, core, 2 * scratch.itemLength());
  }

  /** The item has left the queue. */
  private <R> R use(QueueCore core, Scratch scratch, Use<E, R> use) {
    Taken taken = new Taken(core, scratch);
    if (!core.isJoinable()) {
      return use.apply(decode(codec, core, scratch.item()), taken);
    }
    long token = scratch.itemToken();
    boolean settled = false;
    try {
      E item;
      try {
        item = decode(codec, core, scratch.item());
      } catch (DecodeException e) {
        // Nobody could call taskDone for it: given back, it would come again and again.
        core.done(token);
        settled = true;
        throw e;
      }
      R result = use.apply(item, taken);
      settled = true;
      return result;
    } finally {
      if (!settled) {
        core.giveBack(token);
      }
    }
  }

  /**
   * Whatever the codec throws, short of a want of memory, becomes a {@link DecodeException}.
   *
   * @param source from its position to its limit
   */
  static <E> E decode(Codec<E> codec, SharedObject from, ByteBuffer source) {
    int start = source.position();
    int length = source.remaining();
    try {
      E item = codec.decode(source);
      if (item == null) {
        throw new NullPointerException("the codec returned null");
      }
      return item;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      byte[] bytes = new byte[length];
      source.clear().position(start).get(bytes);
      throw new DecodeException(
          from.label()
              + ": codec "
              + codec.id()
              + " could not read an item of "
              + length
              + " bytes: "
              + e,
          bytes,
          e);
    }
  }
}
