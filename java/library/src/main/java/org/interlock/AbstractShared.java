package org.interlock;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedReference;
import org.jspecify.annotations.Nullable;

/**
 * What all objects have in common but the queues, which are collections first: a handle, by which
 * they are the same or not, and in whose place a reference travels.
 */
abstract sealed class AbstractShared implements Shared
    permits PermitPool,
        ProcessBarrier,
        ProcessEvent,
        ProcessLock,
        ProcessLong,
        ProcessPipe,
        ProcessSemaphore {
  private static final long serialVersionUID = 1L;

  abstract SharedHandle<?> handle();

  /** For {@link #toString}: what an open object is like now. */
  abstract String state();

  /** What travels in its place. */
  SharedReference reference() {
    return new HandleReference(handle());
  }

  @Override
  public String name() {
    return handle().object().name();
  }

  @Override
  public boolean isAnonymous() {
    return handle().object().isAnonymous();
  }

  @Override
  public void unlink() {
    handle().object().unlink();
  }

  @Override
  public void close() {
    handle().close();
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof AbstractShared that && handle().object().isSame(that.handle().object());
  }

  @Override
  public final int hashCode() {
    return handle().object().identityHash();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + name() + ", " + stateOrClosed() + "]";
  }

  private String stateOrClosed() {
    if (handle().isClosed()) {
      return "closed";
    }
    try {
      return state();
    } catch (RuntimeException e) {
      return e.toString(); // closed just now
    }
  }

  @Serial
  final Object writeReplace() {
    return reference();
  }

  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw notByReference();
  }

  /** Of a forged stream, which leaves this class out. */
  @Serial
  private void readObjectNoData() throws InvalidObjectException {
    throw notByReference();
  }

  private InvalidObjectException notByReference() {
    return new InvalidObjectException(
        "a " + getClass().getSimpleName() + " is read from its reference");
  }
}
