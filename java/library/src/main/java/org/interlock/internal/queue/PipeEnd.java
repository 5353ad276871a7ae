package org.interlock.internal.queue;

import java.io.EOFException;
import java.util.Objects;
import org.interlock.Codec;
import org.interlock.internal.Deadline;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/** One end of a pipe with its codec: all that stands behind a {@code Connection}. */
public final class PipeEnd<E> {
  private static final long PAGE = 4096;

  private final SharedHandle<PipeCore> handle;
  private final Codec<E> codec;
  private final int end;
  private final boolean isOnlyUse;
  private final Encoder<E> encoder;

  /**
   * An end.
   *
   * @param end of {@link PipeCore}
   * @param isOnlyUse whether the handle is closed with the end
   */
  public PipeEnd(SharedHandle<PipeCore> handle, Codec<E> codec, int end, boolean isOnlyUse) {
    this.handle = handle;
    this.codec = codec;
    this.end = end;
    this.isOnlyUse = isOnlyUse;
    this.encoder = new Encoder<>(codec);
  }

  SharedHandle<PipeCore> handle() {
    return handle;
  }

  Codec<E> codec() {
    return codec;
  }

  int end() {
    return end;
  }

  /** Sends an item as soon as there is room. */
  public void send(E item) throws InterruptedException, EOFException {
    Objects.requireNonNull(item, "item");
    PipeCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Scratch scratch = ScratchPool.acquire();
    try {
      int length = encoder.encode(item, scratch, core);
      int status = core.trySend(end, scratch, length);
      if (Status.isBlocked(status)) {
        status =
            core.room(end)
                .await(() -> core.trySend(end, scratch, length), status, handle, Deadline.FOREVER);
      }
      if (status != Status.OK) {
        throw failure(core, status, length);
      }
    } finally {
      ScratchPool.release(scratch);
    }
  }

  /** Receives an item as soon as there is one; null if there was none until the deadline. */
  public @Nullable E receive(Deadline deadline) throws InterruptedException, EOFException {
    PipeCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Scratch scratch = ScratchPool.acquire();
    try {
      int status = core.tryReceive(end, scratch);
      if (!Status.isBlocked(status)) {
        return received(core, scratch, status);
      }
    } finally {
      ScratchPool.release(scratch);
    }
    try (WaitingTake waiting = new WaitingTake(into -> core.tryReceive(end, into))) {
      int status = core.items(end).await(waiting, Status.WOULD_BLOCK, handle, deadline);
      return status == Status.TIMED_OUT ? null : received(core, waiting.scratch(), status);
    }
  }

  private E received(PipeCore core, Scratch scratch, int status) throws EOFException {
    if (status != Status.OK) {
      throw failure(core, status, 0);
    }
    return Consumer.decode(codec, core, scratch.item());
  }

  /** For {@code throw}: the checked one is thrown in here. */
  private RuntimeException failure(PipeCore core, int status, long length) throws EOFException {
    if (status == Status.ENDED) {
      throw new EOFException(
          core.label(end) + ": the other end is closed, or its process has ended");
    }
    if (status == Status.TOO_LARGE) {
      return Encoder.tooLarge(core, length);
    }
    return core.failure(end, status, (length + PAGE) / PAGE * PAGE);
  }

  /** Whether {@link #receive} would not wait. */
  public boolean poll() {
    PipeCore core = handle.open();
    long ready = core.poll(end);
    if (ready < 0) {
      throw core.failure(end, (int) -ready, 0);
    }
    return ready != 0;
  }

  /** Closes the end, if it is this process's. */
  public void close() {
    if (!handle.isClosed()) {
      handle.object().close(end);
    }
    if (isOnlyUse) {
      handle.close();
    }
  }

  /** Whether both are one end of one pipe. */
  public boolean isSame(PipeEnd<?> other) {
    return end == other.end && handle.object().isSame(other.handle.object());
  }

  /** For {@code hashCode} of what stands for it. */
  public int identityHash() {
    return 31 * handle.object().identityHash() + end;
  }

  /** Such as {@code ProcessPipe[~x1y2z3].left[2 to receive]}. */
  @Override
  public String toString() {
    PipeCore core = handle.object();
    return core.label(end) + "[" + state(core) + "]";
  }

  private String state(PipeCore core) {
    if (handle.isClosed()) {
      return "closed";
    }
    try {
      return core.whose(end) + ", " + core.size(end) + " to receive";
    } catch (RuntimeException e) {
      return e.toString(); // closed just now
    }
  }
}
