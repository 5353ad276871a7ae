package org.interlock;

import java.io.EOFException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.Deadline;
import org.interlock.internal.queue.PipeEnd;
import org.jspecify.annotations.Nullable;

/** The one kind of connection there is. */
final class PipeConnection<E> implements ProcessPipe.Connection<E> {
  private static final long serialVersionUID = 1L;

  private final transient PipeEnd<E> end;

  PipeConnection(PipeEnd<E> end) {
    this.end = end;
  }

  @Override
  public void send(E item) throws InterruptedException, EOFException {
    end.send(item);
  }

  @Override
  public E receive() throws InterruptedException, EOFException {
    E item = end.receive(Deadline.FOREVER);
    if (item == null) {
      throw new AssertionError("for ever is over");
    }
    return item;
  }

  @Override
  public Optional<E> receive(long time, TimeUnit unit) throws InterruptedException, EOFException {
    return Optional.ofNullable(end.receive(Deadline.after(time, unit)));
  }

  @Override
  public boolean poll() {
    return end.poll();
  }

  @Override
  public void close() {
    end.close();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PipeConnection<?> that && end.isSame(that.end);
  }

  @Override
  public int hashCode() {
    return end.identityHash();
  }

  @Override
  public String toString() {
    return end.toString();
  }

  @Serial
  private Object writeReplace() {
    return new PipeForm(end);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a connection is read from its reference");
  }
}
