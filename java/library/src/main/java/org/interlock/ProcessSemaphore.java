package org.interlock;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SemaphoreCore;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A semaphore between processes: a number of permits, which threads take and give back.
 *
 * <pre>{@code
 * ProcessSemaphore rooms = ProcessSemaphore.open("ktv", 4);
 * rooms.acquire();
 * try {
 *   sing();
 * } finally {
 *   rooms.release();
 * }
 * }</pre>
 *
 * <p>It is a POSIX named semaphore and nothing else, so programs in other languages share it:
 * {@code sem_open("/ktv", 0)}. Its names are a space of their own: a lock and a semaphore may have
 * the same one.
 *
 * <p><b>Ownership.</b> Nobody owns a permit. Any thread of any process may give one back, also one
 * that it never took; and the permit of a process that is killed is lost. Where permits must come
 * back then, use a {@link PermitPool}, which knows who holds what. A process that is killed while
 * it waits takes none, and hinders nobody. It is not fair.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it released a permit
 * happens-before what another thread, of any process, does after it acquired that permit.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_open.html">sem_open</a>
 */
public final class ProcessSemaphore extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<SemaphoreCore> handle;

  ProcessSemaphore(SharedHandle<SemaphoreCore> handle) {
    this.handle = handle;
  }

  /**
   * Makes an anonymous semaphore.
   *
   * @param permits how many there are at first
   * @return a handle
   * @throws IllegalArgumentException if permits is negative
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static ProcessSemaphore create(int permits) {
    return opened(ObjectSpec.create(Kinds.SEMAPHORE, checked(permits), 0, ""));
  }

  /**
   * Opens the semaphore of that name, or makes it.
   *
   * @param name the name, without the slash that {@code sem_open} wants
   * @param permits how many there are at first, if it is made now
   * @return a handle
   * @throws IllegalArgumentException if permits is negative, or the name is none
   * @throws PosixException if the system gives no memory or descriptor for it, or the name belongs
   *     to another user
   */
  public static ProcessSemaphore open(String name, int permits) {
    return opened(ObjectSpec.open(Kinds.SEMAPHORE, name, checked(permits), 0, ""));
  }

  /**
   * Opens the semaphore of that name if there is one, whatever program made it.
   *
   * @param name the name, without the slash that {@code sem_open} wants
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws PosixException as by {@link #open}
   */
  public static Optional<ProcessSemaphore> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.SEMAPHORE, name, ""), SemaphoreCore.FACTORY)
        .map(ProcessSemaphore::new);
  }

  private static int checked(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException("a semaphore has 0 permits or more, not " + permits);
    }
    return permits;
  }

  private static ProcessSemaphore opened(ObjectSpec spec) {
    return new ProcessSemaphore(SharedObjects.open(spec, SemaphoreCore.FACTORY));
  }

  /**
   * Waits until there is a permit, and takes it; goes on when any process releases one.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and nothing was taken
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; nothing was taken
   */
  public void acquire() throws InterruptedException {
    boolean taken = handle.open().tryAcquire(handle, Deadline.FOREVER);
    assert taken;
  }

  /**
   * As {@link #acquire()}, but an interrupt does not end the wait; its status is kept.
   *
   * @throws ClosedObjectException as by {@link #acquire()}
   */
  public void acquireUninterruptibly() {
    handle.open().acquireUninterruptibly(handle);
  }

  /**
   * Takes a permit if there is one now; never waits, not even behind threads that do.
   *
   * @return true iff it was taken
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean tryAcquire() {
    return handle.open().tryAcquire(handle);
  }

  /**
   * Waits for a time until there is a permit, and takes it.
   *
   * @param time how long to wait at most; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return true iff it was taken
   * @throws InterruptedException as by {@link #acquire()}
   * @throws ClosedObjectException as by {@link #acquire()}
   */
  public boolean tryAcquire(long time, TimeUnit unit) throws InterruptedException {
    return handle.open().tryAcquire(handle, Deadline.after(time, unit));
  }

  /**
   * Gives a permit back, or adds one: one of those who wait, in whatever process, goes on. Never
   * waits.
   *
   * @throws Error if there would be more than {@link Integer#MAX_VALUE} of them
   * @throws ClosedObjectException if this handle is closed
   */
  public void release() {
    release(1);
  }

  /**
   * Gives permits back, or adds them: one after another, so another thread may get some before the
   * last is there.
   *
   * @param n how many
   * @throws IllegalArgumentException if n is less than 1
   * @throws Error if there would be more than {@link Integer#MAX_VALUE} of them; then none was
   *     added
   * @throws ClosedObjectException if this handle is closed
   */
  public void release(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("at least one permit is released, not " + n);
    }
    handle.open().release(n);
  }

  /**
   * How many permits there are now.
   *
   * @return how many; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public int availablePermits() {
    return handle.open().value();
  }

  @Override
  SharedHandle<SemaphoreCore> handle() {
    return handle;
  }

  @Override
  String state() {
    return availablePermits() + " permits";
  }
}
