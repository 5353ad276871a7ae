package org.interlock.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One Java handle of an object. All handles of one object in this JVM share its {@link
 * SharedObject}; each is closed for itself, and the last one gives the object back.
 */
public final class SharedHandle<C extends SharedObject> {
  private static final VarHandle CLOSED;

  static {
    try {
      CLOSED = MethodHandles.lookup().findVarHandle(SharedHandle.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final C object;
  private volatile boolean closed;

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
    return closed;
  }

  /** Throws {@link org.interlock.ClosedObjectException} after {@link #close}. */
  public void requireOpen() {
    if (closed) {
      throw Failures.closed(object.label());
    }
  }

  /** Gives the handle back; those who are blocked in it notice. */
  public void close() {
    if (CLOSED.compareAndSet(this, false, true)) {
      object.promptAll();
      SharedObjects.closed(object);
    }
  }
}
