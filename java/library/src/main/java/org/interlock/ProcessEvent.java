package org.interlock;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.Deadline;
import org.interlock.internal.EventCore;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A flag that threads of any number of processes wait for, after Python's {@code Event}: it is set
 * or not, and waiting ends when it is set.
 *
 * <pre>{@code
 * ProcessEvent green = ProcessEvent.open("green");
 * green.set();                                  // one process: everybody may go
 *
 * ProcessEvent.open("green").await();           // the others: go, or wait for it
 * }</pre>
 *
 * <p>Whoever waits when {@link #set()} is called is let go, even if {@link #clear()} follows at
 * once. A process that is killed while it waits, or in the middle of any method, hinders nobody: it
 * has set the event or not.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it set the event happens-before
 * what another thread, of any process, does after it returned from {@code await} for it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex</a>, in which its waiters
 *     sleep: POSIX has no event
 */
public final class ProcessEvent extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<EventCore> handle;

  ProcessEvent(SharedHandle<EventCore> handle) {
    this.handle = handle;
  }

  /**
   * Makes an anonymous event, which is not set.
   *
   * @return a handle
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static ProcessEvent create() {
    return opened(ObjectSpec.create(Kinds.EVENT, 0, 0, ""));
  }

  /**
   * Opens the event of that name, or makes it; then it is not set.
   *
   * @param name the name
   * @return a handle
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object; the message says
   *     both sides
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static ProcessEvent open(String name) {
    return opened(ObjectSpec.open(Kinds.EVENT, name, 0, 0, ""));
  }

  /**
   * Opens the event of that name if there is one.
   *
   * @param name the name
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open}
   */
  public static Optional<ProcessEvent> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.EVENT, name, ""), EventCore.FACTORY)
        .map(ProcessEvent::new);
  }

  private static ProcessEvent opened(ObjectSpec spec) {
    return new ProcessEvent(SharedObjects.open(spec, EventCore.FACTORY));
  }

  /**
   * Whether it is set now.
   *
   * @return true iff it is; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isSet() {
    boolean set = handle.open().isSet();
    handle.requireOpen();
    return set;
  }

  /**
   * Sets it: all who wait for it, in whatever process, go on. Nothing happens if it is set. Never
   * waits.
   *
   * @throws ClosedObjectException if this handle is closed
   */
  public void set() {
    handle.open().set();
    handle.requireOpen();
  }

  /**
   * Unsets it: who comes now waits. Nothing happens if it is not set. Never waits.
   *
   * @throws ClosedObjectException if this handle is closed
   */
  public void clear() {
    handle.open().clear();
    handle.requireOpen();
  }

  /**
   * Waits until any process sets it; returns at once if it is set.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms
   * @throws ClosedObjectException if this handle is closed, before or meanwhile
   */
  public void await() throws InterruptedException {
    boolean set = handle.open().await(handle, Deadline.FOREVER);
    assert set;
  }

  /**
   * Waits for a time until it is set; returns at once if it is.
   *
   * @param time how long to wait at most; 0 or less looks once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return true iff it was set
   * @throws InterruptedException as by {@link #await()}
   * @throws ClosedObjectException as by {@link #await()}
   */
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return handle.open().await(handle, Deadline.after(time, unit));
  }

  @Override
  SharedHandle<EventCore> handle() {
    return handle;
  }

  @Override
  String state() {
    return isSet() ? "set" : "not set";
  }
}
