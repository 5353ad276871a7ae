package org.interlock.posix;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToIntFunction;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Status;
import org.interlock.internal.posix.Mapping;
import org.interlock.internal.posix.Posix;

/**
 * A {@code pthread_mutex_t} in shared memory.
 *
 * <pre>{@code
 * SharedMemory memory = SharedMemory.open("/account");
 * Mutex mutex = Mutex.at(memory, 0);
 * if (mutex.lock() == Mutex.Acquired.OWNER_DIED) {
 *   repair(memory.buffer());
 *   mutex.makeConsistent();
 * }
 * try {
 *   book(memory.buffer());
 * } finally {
 *   mutex.unlock();
 * }
 * }</pre>
 *
 * <p>{@link #init} makes it process-shared, robust and error-checking: when its owner dies the next
 * one is told, and a thread that locks it twice, or unlocks what it does not hold, gets an error. A
 * program in C that makes one should do the same.
 *
 * <p>The owner is a thread of the system: its death, not only that of its process, is what the next
 * one is told. The kernel tells this of the first 2000 mutexes or so that a thread holds. It knows
 * a thread by its number, so all who use a mutex have to be in one pid namespace.
 *
 * <p>Nothing proves that there is a mutex in a place that {@link #at} names: using other bytes as
 * one may hang or crash the JVM. Neither may the memory be unmapped while a thread holds a mutex in
 * it; {@link SharedMemory#close} refuses.
 *
 * <p>{@link org.interlock.ProcessLock} is a lock with the manners of {@code java.util.concurrent}.
 */
public final class Mutex {
  private final Mapping mapping;
  private final long offset;

  /** How a mutex was acquired. */
  public enum Acquired {
    /** Its previous owner had unlocked it. */
    NORMAL,
    /**
     * Its previous owner died while it held it. Repair what it protects, then call {@link
     * #makeConsistent()}: unlocked without that, it is of no more use to anybody.
     */
    OWNER_DIED
  }

  private Mutex(SharedMemory memory, long offset) {
    this.mapping = memory.mapping();
    this.offset = offset;
    mapping.check("a mutex", offset, size());
  }

  /**
   * Makes a mutex: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_init.html">{@code
   * pthread_mutex_init}</a>.
   *
   * @param memory in which it stands
   * @param offset where, a multiple of 8; there must not be a mutex that is in use
   * @return the mutex
   * @throws IllegalArgumentException if it does not fit there
   * @throws IllegalStateException if a thread of this process holds a mutex there, or the memory is
   *     closed
   */
  public static Mutex init(SharedMemory memory, long offset) {
    Mutex mutex = new Mutex(memory, offset);
    mutex.mapping.requireNotHeld(offset);
    mutex.require(mutex.mapping.pass(offset, ColdCalls::il_posix_mutex_init));
    return mutex;
  }

  /**
   * A mutex that is there.
   *
   * @param memory in which it stands
   * @param offset where, a multiple of 8
   * @return the mutex
   * @throws IllegalArgumentException if none fits there
   * @throws org.interlock.ClosedObjectException if the memory is closed
   */
  public static Mutex at(SharedMemory memory, long offset) {
    return new Mutex(memory, offset);
  }

  /**
   * How many bytes a mutex has.
   *
   * @return {@code sizeof(pthread_mutex_t)}
   */
  public static long size() {
    return ColdCalls.il_posix_mutex_size();
  }

  /**
   * Waits until nobody holds it, and takes it; not interruptible: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_lock.html">{@code
   * pthread_mutex_lock}</a>.
   *
   * @return whether its owner died
   * @throws org.interlock.PosixException {@code EDEADLK} if this thread holds it; {@code
   *     ENOTRECOVERABLE} if an owner died and the next unlocked it without {@link
   *     #makeConsistent()}
   */
  public Acquired lock() {
    return lockUntil(HotCalls.deadlineAfter(Long.MAX_VALUE)).orElseThrow();
  }

  /**
   * Takes it if nobody holds it now: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_trylock.html">{@code
   * pthread_mutex_trylock}</a>.
   *
   * @return whether its owner died; nothing if it was not taken
   * @throws org.interlock.PosixException {@code EDEADLK}, {@code ENOTRECOVERABLE}
   */
  public Optional<Acquired> tryLock() {
    Posix.requirePlatformThread();
    return acquired(mapping.pass(offset, taking(ColdCalls::il_posix_mutex_trylock)));
  }

  /**
   * Waits for a time until nobody holds it, and takes it; not interruptible: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_clocklock.html">{@code
   * pthread_mutex_clocklock}</a>.
   *
   * @param time how long to wait; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return whether its owner died; nothing if it was not taken
   * @throws org.interlock.PosixException {@code EDEADLK}, {@code ENOTRECOVERABLE}
   */
  public Optional<Acquired> timedLock(long time, TimeUnit unit) {
    return lockUntil(HotCalls.deadlineAfter(unit.toNanos(time)));
  }

  private Optional<Acquired> lockUntil(long deadline) {
    Posix.requirePlatformThread();
    return acquired(
        mapping.stay(offset, taking(mutex -> ColdCalls.il_posix_mutex_lock(mutex, deadline))));
  }

  private LongToIntFunction taking(LongToIntFunction call) {
    return mutex -> {
      int status = call.applyAsInt(mutex);
      if (status == Status.OK || status == Status.OWNER_DIED) {
        mapping.holds(offset);
      }
      return status;
    };
  }

  private Optional<Acquired> acquired(int status) {
    if (status == Status.OWNER_DIED) {
      return Optional.of(Acquired.OWNER_DIED);
    }
    return Posix.succeeded(status, toString()) ? Optional.of(Acquired.NORMAL) : Optional.empty();
  }

  /**
   * Says that what the mutex protects is whole again; for its owner: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_consistent.html">{@code
   * pthread_mutex_consistent}</a>.
   *
   * @throws org.interlock.PosixException {@code EINVAL} if no owner died
   */
  public void makeConsistent() {
    Posix.requirePlatformThread();
    require(mapping.pass(offset, ColdCalls::il_posix_mutex_consistent));
  }

  /**
   * Gives it back: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_unlock.html">{@code
   * pthread_mutex_unlock}</a>.
   *
   * @throws org.interlock.PosixException {@code EPERM} if this thread does not hold it
   */
  public void unlock() {
    Posix.requirePlatformThread();
    require(
        mapping.pass(
            offset,
            mutex -> {
              int status = ColdCalls.il_posix_mutex_unlock(mutex);
              if (status == Status.OK) {
                mapping.holdsNoMore(offset);
              }
              return status;
            }));
  }

  /**
   * Ends the mutex, which nobody may hold or wait for: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_destroy.html">{@code
   * pthread_mutex_destroy}</a>.
   *
   * @throws org.interlock.PosixException {@code EBUSY}, if the system notices
   * @throws IllegalStateException if a thread of this process holds it
   */
  public void destroy() {
    mapping.requireNotHeld(offset);
    require(mapping.pass(offset, ColdCalls::il_posix_mutex_destroy));
  }

  /** Makes a call that unlocks it, waits, and locks it again, with the address of the mutex. */
  int stayUnlocked(LongToIntFunction call) {
    return mapping.stay(
        offset,
        mutex -> {
          int status = call.applyAsInt(mutex);
          // Others were its owners meanwhile. EOWNERDEAD: and this thread is it again.
          if (status == Status.OK
              || status == Status.TIMED_OUT
              || HotCalls.statusErrnoName(status).equals("EOWNERDEAD")) {
            mapping.holds(offset);
          } else if (HotCalls.statusErrnoName(status).equals("ENOTRECOVERABLE")) {
            mapping.holdsNoMore(offset);
          }
          return status;
        });
  }

  private void require(int status) {
    Posix.require(status, toString());
  }

  @Override
  public String toString() {
    return "Mutex[at " + offset + " of " + mapping + "]";
  }
}
