package org.interlock;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.PermitCore;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A fixed number of permits that processes share, and that come back when the process that holds
 * them ends, however it ends. After Python's {@code BoundedSemaphore}.
 *
 * <pre>{@code
 * PermitPool licences = PermitPool.open("licences", 4);
 * try (PermitPool.Permit permit = licences.acquire()) {
 *   render();
 * }
 * }</pre>
 *
 * <p><b>Ownership.</b> A permit that was taken belongs to the process, not to the thread: any
 * thread of it may give it back, by {@link Permit#close}, once. At no time are more than {@link
 * #permits()} in use: what a process holds is free again only once that process has ended, or gave
 * it back. If it is killed, at whatever instruction, whoever waits goes on with its permits within
 * 100 ms of its end; a process with much memory takes some time to end (about 100 ms per GiB). A
 * process that is stopped keeps what it holds. A process that is killed or stopped while it waits
 * hinders nobody: others wait for it no longer than 250 ms. Permits do not travel: a child that the
 * pool is handed to holds none.
 *
 * <p>In a {@link ProcessSemaphore} nobody owns a permit; use that where one process takes what
 * another gives, or where programs in other languages take part.
 *
 * <p><b>Fairness.</b> As long as nobody has waited for 100 ms, whoever comes when enough permits
 * are free takes them, which is fastest. From then on those who have waited longest come first, as
 * in the starvation mode of Go's {@code sync.Mutex}: permits that come free are left to them, so
 * that many who want one cannot keep one who wants several waiting for ever. {@link #tryAcquire()}
 * alone, which never waits, takes what is free whoever waits. A thread that holds permits and waits
 * for more is not kept waiting for ever by one that came first and waits for those, because this
 * precedence pauses now and then, for 200 ms; but two threads that hold permits, and want more than
 * there are, wait for each other as they would with any semaphore.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it closed a permit happens-before
 * what another thread, of any process, does after it acquired that permit, as with {@link
 * java.util.concurrent.Semaphore}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLK</a>, the
 *     lock by which the kernel tells that a process has ended
 */
public final class PermitPool extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<PermitCore> handle;

  PermitPool(SharedHandle<PermitCore> handle) {
    this.handle = handle;
  }

  /**
   * One or several permits that this process holds.
   *
   * <p>A permit works as long as its process lives, also after the pool it came from was closed.
   */
  public interface Permit extends AutoCloseable {
    /**
     * Gives back what was acquired together; whoever waits for it, in any process, is woken. Any
     * thread of the process may do so. Twice does nothing. Never waits.
     *
     * @throws CorruptObjectException if shared memory holds garbage
     */
    @Override
    void close();
  }

  /** Knows by itself what it gives back: the pool may be closed, and the handle collected. */
  private static final class Held extends PermitCore.Hold implements Permit {
    Held(PermitCore core, int permits) {
      super(core, permits);
    }

    @Override
    public void close() {
      end();
    }
  }

  /**
   * Makes an anonymous pool.
   *
   * @param permits how many permits there are, 1 or more
   * @return a handle
   * @throws IllegalArgumentException if permits is less than 1
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static PermitPool create(int permits) {
    return opened(ObjectSpec.create(Kinds.PERMITS, checked(permits), 0, ""));
  }

  /**
   * Opens the pool of that name, or makes it.
   *
   * @param name the name
   * @param permits how many permits there are, 1 or more: the same number in every process
   * @return a handle
   * @throws IllegalArgumentException if permits is less than 1, or the name is none
   * @throws IncompatibleObjectException if the name means a pool with another number of permits, or
   *     another kind of object; the message says both sides
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static PermitPool open(String name, int permits) {
    return opened(ObjectSpec.open(Kinds.PERMITS, name, checked(permits), 0, ""));
  }

  /**
   * Opens the pool of that name if there is one, however many permits it has.
   *
   * @param name the name
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open}
   */
  public static Optional<PermitPool> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.PERMITS, name, ""), PermitCore.FACTORY)
        .map(PermitPool::new);
  }

  private static int checked(int permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("a pool has at least one permit, not " + permits);
    }
    return permits;
  }

  private static PermitPool opened(ObjectSpec spec) {
    return new PermitPool(SharedObjects.open(spec, PermitCore.FACTORY));
  }

  /**
   * Waits until a permit is free, and takes it.
   *
   * @return the permit
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and nothing was taken
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; nothing was taken
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public Permit acquire() throws InterruptedException {
    return acquire(1);
  }

  /**
   * Waits until so many permits are free, and takes them in one step: never a part of them.
   *
   * @param n how many, from 1 to {@link #permits()}
   * @return the permits, to be given back together
   * @throws IllegalArgumentException if n is less than 1, or more than there are
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and nothing was taken
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; nothing was taken
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public Permit acquire(int n) throws InterruptedException {
    PermitCore core = handle.open();
    if (n < 1 || n > core.permits()) {
      throw new IllegalArgumentException(
          "from 1 to " + core.permits() + " permits can be acquired from " + this + ", not " + n);
    }
    boolean taken = core.acquire(handle, n, Deadline.FOREVER);
    assert taken;
    return new Held(core, n);
  }

  /**
   * Takes a permit if one is free now, even if others wait. Permits of a process that has ended are
   * free.
   *
   * @return the permit, or nothing
   * @throws ClosedObjectException if this handle is closed
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public Optional<Permit> tryAcquire() {
    PermitCore core = handle.open();
    return core.tryAcquire(handle, 1) ? Optional.of(new Held(core, 1)) : Optional.empty();
  }

  /**
   * Waits for a time until a permit is free, and takes it.
   *
   * @param time how long to wait at most; 0 or less: as {@link #tryAcquire()}, {@link
   *     Long#MAX_VALUE}: for ever
   * @param unit of the time
   * @return the permit, or nothing if the time is over
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and nothing was taken
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; nothing was taken
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public Optional<Permit> tryAcquire(long time, TimeUnit unit) throws InterruptedException {
    Deadline deadline = Deadline.after(time, unit);
    PermitCore core = handle.open();
    return core.acquire(handle, 1, deadline) ? Optional.of(new Held(core, 1)) : Optional.empty();
  }

  /**
   * How many permits are free now; those of processes that have ended are.
   *
   * @return from 0 to {@link #permits()}; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public int availablePermits() {
    int available = handle.open().available();
    handle.requireOpen();
    return available;
  }

  /**
   * How many permits there are, free ones and others.
   *
   * @return the number that the pool was made with
   * @throws ClosedObjectException if this handle is closed
   */
  public int permits() {
    return handle.open().permits();
  }

  /**
   * Gives back this handle. Threads that wait in it throw {@link ClosedObjectException}, and so
   * does every later method but the few that {@link Shared#close} names. Permits are not given
   * back: they are in use until they are closed, or the process ends.
   */
  @Override
  public void close() {
    super.close();
  }

  @Override
  SharedHandle<PermitCore> handle() {
    return handle;
  }

  @Override
  String state() {
    return availablePermits() + " of " + permits() + " permits free";
  }
}
