package org.interlock.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One Java handle of an object. All handles of one object in this JVM share its {@link
 * SharedObject}; each is closed for itself, and the last one gives the object back.
 */
public final class SharedHandle<C extends SharedObject> {
  private final C object;
  private final AtomicBoolean closed = new AtomicBoolean();

  SharedHandle(C object) {
    this.object = object;
  }

  /**
   * The object, to do something with it.
   *
   * @throws org.interlock.ClosedObjectException after {@link #close}
   */
  public C open() {
    requireOpen();
    return object;
  }

  /** The object, also after {@link #close}. */
  public C object() {
    return object;
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed.get();
  }

  /** Throws {@link org.interlock.ClosedObjectException} after {@link #close}. */
  void requireOpen() {
    if (closed.get()) {
      throw Failures.closed(object.label());
    }
  }

  /** Gives the handle back; those who are blocked in it notice. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      object.promptAll();
      SharedObjects.closed(object);
    }
  }
}
