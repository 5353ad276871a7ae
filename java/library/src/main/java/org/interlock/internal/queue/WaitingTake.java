package org.interlock.internal.queue;

import java.util.Objects;
import java.util.function.ToIntFunction;
import org.interlock.internal.Status;
import org.interlock.internal.Waiters;
import org.jspecify.annotations.Nullable;

/** Tries to take until it succeeds. Thousands may wait so: none of them holds scratch meanwhile. */
final class WaitingTake implements Waiters.Attempt, AutoCloseable {
  private final ToIntFunction<Scratch> take;
  private @Nullable Scratch scratch;

  WaitingTake(ToIntFunction<Scratch> take) {
    this.take = take;
  }

  @Override
  public int run() {
    scratch = ScratchPool.acquire();
    int status = take.applyAsInt(scratch);
    if (Status.isBlocked(status)) {
      close();
    }
    return status;
  }

  /** What the last attempt brought, which was not blocked. */
  Scratch scratch() {
    return Objects.requireNonNull(scratch);
  }

  @Override
  public void close() {
    if (scratch != null) {
      ScratchPool.release(scratch);
      scratch = null;
    }
  }
}
