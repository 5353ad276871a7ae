package org.interlock.internal.queue;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.interlock.Codec;
import org.interlock.DecodeException;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the items of a queue without taking them. Weakly consistent: items that are taken
 * meanwhile may or may not be seen, items that are put meanwhile likewise, none twice.
 */
public final class ItemIterator<E> implements Iterator<E> {
  private final SharedHandle<QueueCore> handle;
  private final Codec<E> codec;
  private long cursorFirst;
  private long cursorSecond;
  private @Nullable E next;

  ItemIterator(SharedHandle<QueueCore> handle, Codec<E> codec) {
    this.handle = handle;
    this.codec = codec;
    handle.open();
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = look();
    }
    return next != null;
  }

  @Override
  public E next() {
    E item = next != null ? next : look();
    if (item == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return item;
  }

  /** Whether one of the items that are still to come is equal to it, arrays by what they hold. */
  public boolean skipTo(Object sought) {
    while (true) {
      try {
        E item = look();
        if (item == null || Objects.deepEquals(sought, item)) {
          return item != null;
        }
      } catch (DecodeException e) {
        // What can not be read is equal to nothing; the cursor has moved on.
      }
    }
  }

  private @Nullable E look() {
    QueueCore core = handle.open();
    Scratch scratch = ScratchPool.acquire();
    try {
      scratch.setCursor(cursorFirst, cursorSecond);
      int status = core.tryLook(scratch);
      cursorFirst = scratch.cursorFirst();
      cursorSecond = scratch.cursorSecond();
      if (status == Status.OK) {
        return Consumer.decode(codec, core, scratch.item());
      }
      if (Status.isBlocked(status)) {
        return null;
      }
      throw core.failure(status);
    } finally {
      ScratchPool.release(scratch);
    }
  }
}
