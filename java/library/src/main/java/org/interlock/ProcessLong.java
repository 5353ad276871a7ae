package org.interlock;

import java.util.Objects;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.interlock.internal.Kinds;
import org.interlock.internal.LongCore;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A number that several processes count with, like an {@link
 * java.util.concurrent.atomic.AtomicLong}.
 *
 * <pre>{@code
 * try (ProcessLong served = ProcessLong.open("served", 0)) {
 *   System.out.println(served.addAndGet(1));
 * }
 * }</pre>
 *
 * <p>Every method is atomic, and none waits. A process that is killed in the middle of one has
 * either done it or not.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it wrote a value happens-before
 * what another thread, of any process, does after it read it.
 */
public final class ProcessLong extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<LongCore> handle;

  ProcessLong(SharedHandle<LongCore> handle) {
    this.handle = handle;
  }

  /**
   * Makes an anonymous one.
   *
   * @param initial its first value
   * @return a handle
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static ProcessLong create(long initial) {
    return opened(ObjectSpec.create(Kinds.LONG, initial, 0, ""));
  }

  /**
   * Opens the one of that name, or makes it.
   *
   * @param name the name
   * @param initial its first value, if it is made now
   * @return a handle
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object; the message says
   *     both sides
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static ProcessLong open(String name, long initial) {
    return opened(ObjectSpec.open(Kinds.LONG, name, initial, 0, ""));
  }

  /**
   * Opens the one of that name if there is one.
   *
   * @param name the name
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open}
   */
  public static Optional<ProcessLong> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.LONG, name, ""), LongCore.FACTORY)
        .map(ProcessLong::new);
  }

  private static ProcessLong opened(ObjectSpec spec) {
    return new ProcessLong(SharedObjects.open(spec, LongCore.FACTORY));
  }

  /**
   * The value now.
   *
   * @return the value
   * @throws ClosedObjectException if this handle is closed
   */
  public long get() {
    return settled(handle.open().get());
  }

  /**
   * Gives it a value.
   *
   * @param value the value
   * @throws ClosedObjectException if this handle is closed
   */
  public void set(long value) {
    handle.open().set(value);
    handle.requireOpen();
  }

  /**
   * Adds, and wraps as a {@code long} does.
   *
   * @param delta what to add
   * @return the sum
   * @throws ClosedObjectException if this handle is closed
   */
  public long addAndGet(long delta) {
    return settled(handle.open().addAndGet(delta));
  }

  /**
   * Gives it a value if it has the expected one.
   *
   * @param expected the value it must have
   * @param value the value it gets
   * @return true iff it had the expected one
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean compareAndSet(long expected, long value) {
    boolean was = handle.open().compareAndSet(expected, value);
    handle.requireOpen();
    return was;
  }

  /** A result of memory that was shared all the time. */
  private long settled(long value) {
    handle.requireOpen();
    return value;
  }

  /**
   * Gives it the value that a function makes of its value. The function is called again when
   * another thread was faster, so it should have no effect of its own.
   *
   * @param update makes the new value of the old one
   * @return the old one
   * @throws ClosedObjectException if this handle is closed
   * @throws RuntimeException what the function throws; the value is as it was
   */
  public long getAndUpdate(LongUnaryOperator update) {
    Objects.requireNonNull(update);
    while (true) {
      long old = get();
      if (compareAndSet(old, update.applyAsLong(old))) {
        return old;
      }
    }
  }

  @Override
  SharedHandle<LongCore> handle() {
    return handle;
  }

  @Override
  String state() {
    return Long.toString(get());
  }
}
