package org.interlock;

import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.interlock.internal.BarrierCore;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A {@link java.util.concurrent.CyclicBarrier} between processes: threads wait for each other until
 * as many have come as there are parties; then all go on, and the barrier is as new.
 *
 * <pre>{@code
 * ProcessBarrier step = ProcessBarrier.create(3);
 * Task worker = () -> {
 *   try (step) {
 *     for (int i = 0; i < STEPS; i++) {
 *       compute(i);
 *       step.await();                       // nobody begins step i + 1 before all are done with i
 *     }
 *   }
 * };
 * ChildProcess.start(worker);
 * ChildProcess.start(worker);
 * worker.run();
 * }</pre>
 *
 * <p><b>Parties</b> are threads, of any processes: two threads of one process that wait are two
 * parties.
 *
 * <p><b>Breaking.</b> All or none: if one who waits leaves early, because of an interrupt, a
 * timeout or because its handle was closed, the barrier is broken. Everybody who waits gets {@link
 * BrokenBarrierException}, and so does everybody who comes, until {@link #reset()}.
 *
 * <p><b>The death of a process</b> that has the barrier open, waiting or not, breaks it too: nobody
 * waits for one who will not come. Those who wait learn of it within a second of its end. (A
 * process with much memory takes some time to end, about 100 ms per GiB.) Killed, stopped by {@link
 * System#exit} or by an exception: it makes no difference. To leave a barrier in peace, close it;
 * what a child's task leaves open when it returns counts as closed when the child ends. A process
 * that was killed after it had come as the last breaks nothing for the others: all had come. A
 * process that is stopped (SIGSTOP) lives: it is waited for until it comes, and not after that.
 *
 * <p>A name that no process has open is opened like a new one: not broken, whatever happened to
 * those who had it open.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it called {@code await}
 * happens-before what the others, of any process, do after they returned from it.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9699919799/functions/pthread_barrier_wait.html"
 *     >pthread_barrier_wait</a>, which POSIX has for this, without breaking: there the others wait
 *     for ever for one who was killed
 */
public final class ProcessBarrier extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;
  private static final int MAX_PARTIES = 65535;

  private final transient SharedHandle<BarrierCore> handle;

  ProcessBarrier(SharedHandle<BarrierCore> handle) {
    this.handle = handle;
  }

  /**
   * Makes an anonymous barrier.
   *
   * @param parties how many must come, from 1 to 65535
   * @return a handle
   * @throws IllegalArgumentException if parties is out of range
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static ProcessBarrier create(int parties) {
    return opened(ObjectSpec.create(Kinds.BARRIER, checked(parties), 0, ""));
  }

  /**
   * Opens the barrier of that name, or makes it.
   *
   * @param name the name
   * @param parties how many must come, from 1 to 65535: the same number in every process
   * @return a handle
   * @throws IllegalArgumentException if parties is out of range, or the name is none
   * @throws IncompatibleObjectException if the name means a barrier with another number of parties,
   *     or another kind of object; the message says both sides
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static ProcessBarrier open(String name, int parties) {
    return opened(ObjectSpec.open(Kinds.BARRIER, name, checked(parties), 0, ""));
  }

  /**
   * Opens the barrier of that name if there is one, however many parties it has.
   *
   * @param name the name
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open}
   */
  public static Optional<ProcessBarrier> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.BARRIER, name, ""), BarrierCore.FACTORY)
        .map(ProcessBarrier::new);
  }

  private static int checked(int parties) {
    if (parties < 1 || parties > MAX_PARTIES) {
      throw new IllegalArgumentException(
          "a barrier has from 1 to " + MAX_PARTIES + " parties, not " + parties);
    }
    return parties;
  }

  private static ProcessBarrier opened(ObjectSpec spec) {
    return new ProcessBarrier(SharedObjects.open(spec, BarrierCore.FACTORY));
  }

  /**
   * Waits until as many have come as there are parties. The last to come does not wait, and wakes
   * the others.
   *
   * @return how many came later: {@code getParties() - 1} for the first, 0 for the last
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and the barrier is broken. One that comes when all have come is kept for later
   * @throws BrokenBarrierException if it is broken, or breaks meanwhile, or is reset
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; in the latter case
   *     the barrier is broken
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public int await() throws InterruptedException, BrokenBarrierException {
    try {
      return handle.open().await(handle, Deadline.FOREVER);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * As {@link #await()}, but for a time at most.
   *
   * @param time how long to wait; with 0 or less only the last to come is in time, {@link
   *     Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return how many came later: {@code getParties() - 1} for the first, 0 for the last
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and the barrier is broken. One that comes when all have come is kept for later
   * @throws BrokenBarrierException if it is broken, or breaks meanwhile, or is reset
   * @throws TimeoutException if the time is over; the barrier is broken
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; in the latter case
   *     the barrier is broken
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public int await(long time, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    Deadline deadline = Deadline.after(time, unit);
    return handle.open().await(handle, deadline);
  }

  /**
   * Makes it as new: not broken, nobody waiting, the dead forgotten. Whoever waits gets {@link
   * BrokenBarrierException}.
   *
   * @throws ClosedObjectException if this handle is closed
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public void reset() {
    handle.open().reset();
  }

  /**
   * Breaks it. Whoever waits, or comes, gets {@link BrokenBarrierException}, until {@link
   * #reset()}.
   *
   * @throws ClosedObjectException if this handle is closed
   */
  public void abort() {
    handle.open().abort();
    handle.requireOpen();
  }

  /**
   * Whether it is broken. Looks for processes that died, too.
   *
   * @return true iff it is
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isBroken() {
    boolean broken = handle.open().isBroken();
    handle.requireOpen();
    return broken;
  }

  /**
   * How many must come.
   *
   * @return the number that the barrier was made with
   * @throws ClosedObjectException if this handle is closed
   */
  public int getParties() {
    return handle.open().parties();
  }

  /**
   * How many have come and wait for the others.
   *
   * @return how many, in all processes; 0 if it is broken; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public int getNumberWaiting() {
    int waiting = handle.open().waiting();
    handle.requireOpen();
    return waiting;
  }

  /**
   * Gives back this handle. Threads that wait in it throw {@link ClosedObjectException}, and that
   * breaks the barrier; if none does, the barrier stays as it is for the others.
   */
  @Override
  public void close() {
    super.close();
  }

  @Override
  SharedHandle<BarrierCore> handle() {
    return handle;
  }

  @Override
  String state() {
    return isBroken() ? "broken" : getNumberWaiting() + " of " + getParties() + " waiting";
  }
}
