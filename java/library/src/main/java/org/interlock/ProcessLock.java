package org.interlock;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.interlock.internal.ConditionCore;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.LockCore;
import org.interlock.internal.Names;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;

/**
 * A lock between the threads of any number of processes, that survives its owner.
 *
 * <pre>{@code
 * ProcessLock lock = ProcessLock.open("orders");
 * lock.onOwnerDeath(death -> rebuildIndex());
 * try (var hold = lock.hold()) {
 *   updateIndex();
 * }
 * }</pre>
 *
 * <p><b>Ownership.</b> A thread owns it, and may take it again (up to 1000 times; then {@code
 * Error("Maximum lock count exceeded")}, and so for the 1001st lock that one thread holds). Another
 * thread, or another process that was handed the lock, can not release it. It is not fair.
 *
 * <p><b>Death.</b> When a process is killed while one of its threads is the owner, or that thread
 * ends, the next taker gets the lock at once, and is told: by {@link Hold#previousOwnerDied()} and,
 * if it has set one, by a call of {@linkplain #onOwnerDeath its repair}. A death has been dealt
 * with when an owner that was told of it unlocks; until then each owner is told. (The thread that
 * ran {@code main} only ends when its JVM does.)
 *
 * <p><b>Conditions</b> are those of {@link java.util.concurrent.locks.ReentrantLock}, between
 * processes. Waiting gives all holds of the thread back and takes them again before it returns,
 * whatever ended it: a signal, the deadline, an interrupt, and also {@link #close()}, which makes
 * it throw {@link ClosedObjectException}; so {@code finally} may unlock. Taking the lock again is
 * one of the ways on which a death is told; if the repair throws, that thread does not hold the
 * lock any more. A signal goes to the thread that has waited longest, and if its process dies
 * before it returned, to another one. Whoever wakes must still look whether what it waits for is
 * so. At most 1024 threads wait in the conditions of one lock; one more gets a {@link
 * PosixException} and keeps the lock.
 *
 * <p><b>Virtual threads</b> may use it; each hold occupies a platform thread, so it is slower
 * there.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it unlocks happens-before what the
 * next owner does after it has locked, in whatever process.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutexattr_getrobust.html"
 *     >pthread_mutexattr_setrobust</a>, on which it rests
 */
public final class ProcessLock extends AbstractShared implements Lock, Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<LockCore> handle;

  ProcessLock(SharedHandle<LockCore> handle) {
    this.handle = handle;
  }

  /**
   * Makes an anonymous lock.
   *
   * @return a handle
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static ProcessLock create() {
    return open(ObjectSpec.create(Kinds.LOCK, 0, 0, ""));
  }

  /**
   * Opens the lock of that name, or makes it.
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
  public static ProcessLock open(String name) {
    return open(ObjectSpec.open(Kinds.LOCK, name, 0, 0, ""));
  }

  private static ProcessLock open(ObjectSpec spec) {
    return new ProcessLock(SharedObjects.open(spec, LockCore.FACTORY));
  }

  /**
   * Opens the lock of that name if there is one.
   *
   * @param name the name
   * @return a handle, or nothing
   * @throws IllegalArgumentException if the name is none
   * @throws IncompatibleObjectException if the name means another kind of object
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open}
   */
  public static Optional<ProcessLock> find(String name) {
    return SharedObjects.find(ObjectSpec.find(Kinds.LOCK, name, ""), LockCore.FACTORY)
        .map(ProcessLock::new);
  }

  /**
   * Waits until the lock is free, and takes it; goes on when the owner unlocks it or dies. An
   * interrupt does not end the wait, and its status is kept.
   *
   * @throws ClosedObjectException if this handle is closed, before or meanwhile; the lock was not
   *     taken
   * @throws CorruptObjectException if shared memory holds garbage
   * @throws RuntimeException what {@linkplain #onOwnerDeath the repair} throws; the lock was given
   *     back
   */
  @Override
  public void lock() {
    handle.open().lock(handle);
  }

  /**
   * Waits until the lock is free, and takes it, unless it is interrupted first.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and the lock was not taken
   * @throws ClosedObjectException as by {@link #lock()}
   * @throws CorruptObjectException as by {@link #lock()}
   * @throws RuntimeException as by {@link #lock()}
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    boolean taken = handle.open().tryLock(handle, Deadline.FOREVER);
    assert taken;
  }

  /**
   * Takes the lock if it is free now, or its owner is dead; never waits, not even behind threads
   * that do.
   *
   * @return true iff it was taken
   * @throws ClosedObjectException if this handle is closed
   * @throws CorruptObjectException as by {@link #lock()}
   * @throws RuntimeException as by {@link #lock()}
   */
  @Override
  public boolean tryLock() {
    return handle.open().tryLock(handle);
  }

  /**
   * Waits for a time until the lock is free, and takes it.
   *
   * @param time how long to wait at most; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return true iff it was taken
   * @throws InterruptedException as by {@link #lockInterruptibly()}
   * @throws ClosedObjectException as by {@link #lock()}
   * @throws CorruptObjectException as by {@link #lock()}
   * @throws RuntimeException as by {@link #lock()}
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return handle.open().tryLock(handle, Deadline.after(time, unit));
  }

  /**
   * Gives back one hold; also after {@link #close()}. With the last one the lock is free, and one
   * of those who wait, in whatever process, goes on. Never waits.
   *
   * @throws IllegalMonitorStateException unless this thread holds the lock
   */
  @Override
  public void unlock() {
    handle.object().unlock();
  }

  /**
   * A new condition of this lock, for the threads of this process.
   *
   * @return the condition
   * @throws PosixException if shared memory is full
   * @throws ClosedObjectException if this handle is closed
   */
  @Override
  public Condition newCondition() {
    return new LockCondition(this, ConditionCore.of(handle, null));
  }

  /**
   * The condition of that name: the same one in every process that asks this lock for it. It is
   * {@link java.io.Serializable}, and lives as long as its lock.
   *
   * @param name of the condition, made of the same characters as other names; other locks may have
   *     conditions of the same name
   * @return the condition
   * @throws IllegalArgumentException if the name is none
   * @throws ClosedObjectException if this handle is closed
   * @throws PosixException if this lock has 64 named conditions, or shared memory is full
   */
  public Condition condition(String name) {
    Names.check(name);
    return new NamedCondition(this, name, ConditionCore.of(handle, name));
  }

  /**
   * As {@link #lock()}, for try-with-resources.
   *
   * @return what gives it back
   * @throws ClosedObjectException as by {@link #lock()}
   * @throws CorruptObjectException as by {@link #lock()}
   * @throws RuntimeException as by {@link #lock()}
   */
  public Hold hold() {
    lock();
    return new OwnHold();
  }

  /**
   * As {@link #tryLock(long, TimeUnit)}, for try-with-resources.
   *
   * @param time how long to wait at most; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return what gives it back; nothing if it was not taken
   * @throws InterruptedException as by {@link #lockInterruptibly()}
   * @throws ClosedObjectException as by {@link #lock()}
   * @throws CorruptObjectException as by {@link #lock()}
   * @throws RuntimeException as by {@link #lock()}
   */
  public Optional<Hold> tryHold(long time, TimeUnit unit) throws InterruptedException {
    return tryLock(time, unit) ? Optional.of(new OwnHold()) : Optional.empty();
  }

  /**
   * Whether any thread of any process holds the lock now.
   *
   * @return true iff one does; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isLocked() {
    return handle.open().isLocked();
  }

  /**
   * Whether the current thread holds the lock.
   *
   * @return true iff it does
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isHeldByCurrentThread() {
    return getHoldCount() > 0;
  }

  /**
   * How often the current thread holds the lock.
   *
   * @return 0 if it does not
   * @throws ClosedObjectException if this handle is closed
   */
  public int getHoldCount() {
    return handle.open().holdCount();
  }

  /**
   * The process whose thread holds the lock now.
   *
   * @return its pid; empty if the lock is free, or it is not known because it is just changing
   *     hands; may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public OptionalLong ownerPid() {
    int pid = handle.open().ownerPid();
    return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
  }

  /**
   * Sets what this process does when it takes the lock after an owner died: called in the taking
   * thread, which then owns the lock, before the taking returns, whichever method it was. If it
   * throws, the lock is released, the taking method throws that, and the next owner is told again.
   *
   * @param repair for all handles of this lock in this process, instead of the last one set
   * @return this
   * @throws ClosedObjectException if this handle is closed
   */
  public ProcessLock onOwnerDeath(Consumer<OwnerDeath> repair) {
    Objects.requireNonNull(repair);
    String name = name();
    handle.open().onOwnerDeath(pid -> repair.accept(new OwnerDeath(name, pid)));
    return this;
  }

  @Override
  SharedHandle<LockCore> handle() {
    return handle;
  }

  @Override
  String state() {
    LockCore lock = handle.object();
    int pid = lock.ownerPid();
    if (pid != 0) {
      return "held by pid " + pid;
    }
    return lock.isLocked() ? "held" : "free";
  }

  /** One hold of the lock, given back by closing it. */
  public interface Hold extends AutoCloseable {
    /**
     * Whether the previous owner died while it held the lock, and no owner since has unlocked it
     * after being told; also if that was told when this thread took the lock again in a condition.
     *
     * @return true iff what the lock protects may be half-changed
     */
    boolean previousOwnerDied();

    /**
     * Unlocks; the second time it does nothing.
     *
     * @throws IllegalMonitorStateException unless this thread holds the lock
     */
    @Override
    void close();
  }

  /**
   * The news that an owner died.
   *
   * @param lockName name of the lock
   * @param pid process of the owner; 0 if it is not known
   */
  public record OwnerDeath(String lockName, long pid) {}

  private final class OwnHold implements Hold {
    private volatile boolean previousOwnerDied = handle.object().previousOwnerDied();
    private volatile boolean closed;

    @Override
    public boolean previousOwnerDied() {
      if (!closed && handle.object().holdCount() > 0) {
        previousOwnerDied = handle.object().previousOwnerDied();
      }
      return previousOwnerDied;
    }

    @Override
    public void close() {
      if (!closed) {
        unlock();
        closed = true;
      }
    }
  }
}
