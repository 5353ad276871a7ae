package org.interlock.posix;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToIntFunction;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.posix.Mapping;
import org.interlock.internal.posix.Posix;

/**
 * A {@code pthread_cond_t} in shared memory.
 *
 * <p><b>It does not survive the death of a process.</b> In glibc 2.25 to 2.40 a waiter that is
 * killed is waited for by later signals, for ever; and in every version, a process that is killed
 * in the middle of {@link #signal()} or {@link #broadcast()} blocks later ones. {@link
 * org.interlock.ProcessLock#condition(String)} has no such flaw.
 *
 * <p>As with every condition variable, a wait may end without a signal: wait in a loop.
 *
 * <pre>{@code
 * mutex.lock();
 * while (memory.buffer().getInt(READY) == 0) {
 *   changed.await(mutex);
 * }
 * mutex.unlock();
 * }</pre>
 */
public final class ConditionVariable {
  private final Mapping mapping;
  private final long offset;

  private ConditionVariable(SharedMemory memory, long offset) {
    this.mapping = memory.mapping();
    this.offset = offset;
    mapping.check("a condition variable", offset, size());
  }

  /**
   * Makes a condition variable, process-shared: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_destroy.html">{@code
   * pthread_cond_init}</a>.
   *
   * @param memory in which it stands
   * @param offset where, a multiple of 8; there must not be one that is in use
   * @return the condition variable
   * @throws IllegalArgumentException if it does not fit there
   * @throws org.interlock.ClosedObjectException if the memory is closed
   */
  public static ConditionVariable init(SharedMemory memory, long offset) {
    ConditionVariable made = new ConditionVariable(memory, offset);
    made.require(made.mapping.pass(offset, ColdCalls::il_posix_cond_init));
    return made;
  }

  /**
   * A condition variable that is there.
   *
   * @param memory in which it stands
   * @param offset where, a multiple of 8
   * @return the condition variable
   * @throws IllegalArgumentException if none fits there
   * @throws org.interlock.ClosedObjectException if the memory is closed
   */
  public static ConditionVariable at(SharedMemory memory, long offset) {
    return new ConditionVariable(memory, offset);
  }

  /**
   * How many bytes a condition variable has.
   *
   * @return {@code sizeof(pthread_cond_t)}
   */
  public static long size() {
    return ColdCalls.il_posix_cond_size();
  }

  /**
   * Unlocks the mutex, waits for a signal, and locks the mutex; not interruptible: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_wait.html">{@code
   * pthread_cond_wait}</a>.
   *
   * @param mutex which this thread holds
   * @throws org.interlock.PosixException {@code EPERM} if it does not hold it; {@code EOWNERDEAD}
   *     if it holds it again, but another owner died meanwhile: see {@link
   *     Mutex.Acquired#OWNER_DIED}
   */
  public void await(Mutex mutex) {
    boolean signalled = awaitUntil(mutex, HotCalls.deadlineAfter(Long.MAX_VALUE));
    assert signalled;
  }

  /**
   * As {@link #await}, for a time: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_clockwait.html">{@code
   * pthread_cond_clockwait}</a>.
   *
   * @param mutex which this thread holds
   * @param time how long to wait; 0 or less is over at once, {@link Long#MAX_VALUE} never
   * @param unit of the time
   * @return false: the time is over. The mutex is held in either case
   * @throws org.interlock.PosixException as {@link #await}
   */
  public boolean timedWait(Mutex mutex, long time, TimeUnit unit) {
    return awaitUntil(mutex, HotCalls.deadlineAfter(unit.toNanos(time)));
  }

  private boolean awaitUntil(Mutex mutex, long deadline) {
    Objects.requireNonNull(mutex, "mutex");
    Posix.requirePlatformThread();
    LongToIntFunction wait =
        condition ->
            mutex.stayUnlocked(locked -> ColdCalls.il_posix_cond_wait(condition, locked, deadline));
    return Posix.succeeded(mapping.stay(offset, wait), toString());
  }

  /**
   * Ends the wait of one thread at least, if any waits: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_signal.html">{@code
   * pthread_cond_signal}</a>.
   */
  public void signal() {
    call(ColdCalls::il_posix_cond_signal);
  }

  /**
   * Ends the wait of all who wait now: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_broadcast.html">{@code
   * pthread_cond_broadcast}</a>.
   */
  public void broadcast() {
    call(ColdCalls::il_posix_cond_broadcast);
  }

  /**
   * Ends the condition variable, for which nobody may wait: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_cond_destroy.html">{@code
   * pthread_cond_destroy}</a>.
   */
  public void destroy() {
    call(ColdCalls::il_posix_cond_destroy);
  }

  /** All of these can wait for those who wait, and for ever if one of them was killed. */
  private void call(LongToIntFunction function) {
    require(
        mapping.stay(offset, condition -> Posix.inAnyThread(() -> function.applyAsInt(condition))));
  }

  private void require(int status) {
    Posix.require(status, toString());
  }

  @Override
  public String toString() {
    return "ConditionVariable[at " + offset + " of " + mapping + "]";
  }
}
