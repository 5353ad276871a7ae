package org.interlock.posix;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongBinaryOperator;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Natives;
import org.interlock.internal.posix.Gate;
import org.interlock.internal.posix.Posix;

/**
 * A named semaphore.
 *
 * <pre>{@code
 * try (NamedSemaphore rooms = NamedSemaphore.create("/ktv", 4)) {
 *   rooms.waitFor();
 *   sing();
 *   rooms.post();
 * }
 * }</pre>
 *
 * <p>{@link org.interlock.ProcessSemaphore} is the same object with the manners of {@code
 * java.util.concurrent}.
 */
public final class NamedSemaphore implements AutoCloseable {
  private final String name;
  private final long address;
  private final Gate gate;

  private NamedSemaphore(String name, long address) {
    this.name = name;
    this.address = address;
    this.gate = new Gate(label(name));
  }

  /**
   * Makes one: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_open.html">{@code
   * sem_open}</a> with {@code O_CREAT | O_EXCL}, mode 0600.
   *
   * @param name such as {@code "/ktv"}
   * @param value its first value
   * @return a handle
   * @throws IllegalArgumentException if value is negative
   * @throws org.interlock.PosixException {@code EEXIST}, {@code ENOSPC}
   */
  public static NamedSemaphore create(String name, int value) {
    Posix.checkName(name);
    if (value < 0) {
      throw new IllegalArgumentException(
          label(name) + ": the value of a semaphore is 0 or more, not " + value);
    }
    return opened(name, (text, out) -> ColdCalls.il_posix_sem_create(text, value, out));
  }

  /**
   * Opens one that is there: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_open.html">{@code
   * sem_open}</a>.
   *
   * @param name such as {@code "/ktv"}
   * @return a handle
   * @throws org.interlock.PosixException {@code ENOENT}
   */
  public static NamedSemaphore open(String name) {
    Posix.checkName(name);
    return opened(name, ColdCalls::il_posix_sem_open);
  }

  private static NamedSemaphore opened(String name, LongBinaryOperator call) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer out = arena.allocate(Long.BYTES);
      long status = call.applyAsLong(arena.string(name), NativeArena.addressOf(out));
      Posix.require((int) status, label(name));
      return new NamedSemaphore(name, out.getLong(0));
    }
  }

  private static String label(String name) {
    return "NamedSemaphore[" + name + "]";
  }

  /**
   * Waits until the value is positive, and takes one from it; not interruptible: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_wait.html">{@code
   * sem_wait}</a>.
   */
  public void waitFor() {
    boolean taken = waitUntil(HotCalls.deadlineAfter(Long.MAX_VALUE));
    assert taken;
  }

  /**
   * Takes one from the value if it is positive now: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_trywait.html">{@code
   * sem_trywait}</a>.
   *
   * @return true iff it was
   */
  public boolean tryWait() {
    return Posix.succeeded(gate.pass(() -> ColdCalls.il_posix_sem_trywait(address)), label(name));
  }

  /**
   * Waits for a time until the value is positive, and takes one from it; not interruptible: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_clockwait.html">{@code
   * sem_clockwait}</a>.
   *
   * @param time how long to wait; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of the time
   * @return true iff it was
   */
  public boolean timedWait(long time, TimeUnit unit) {
    return waitUntil(HotCalls.deadlineAfter(unit.toNanos(time)));
  }

  private boolean waitUntil(long deadline) {
    return Posix.succeeded(
        gate.stay(() -> Posix.inAnyThread(() -> ColdCalls.il_posix_sem_wait(address, deadline))),
        label(name));
  }

  /**
   * Adds one to the value: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_post.html">{@code
   * sem_post}</a>.
   *
   * @throws org.interlock.PosixException {@code EOVERFLOW}
   */
  public void post() {
    Posix.require(gate.pass(() -> ColdCalls.il_posix_sem_post(address)), label(name));
  }

  /**
   * The value now, which may be another when this returns: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_getvalue.html">{@code
   * sem_getvalue}</a>.
   *
   * @return the value
   */
  public int getValue() {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer value = arena.allocate(Integer.BYTES);
      long to = NativeArena.addressOf(value);
      Posix.require(gate.pass(() -> ColdCalls.il_posix_sem_getvalue(address, to)), label(name));
      return value.getInt(0);
    }
  }

  /**
   * Removes the name, whatever it means now: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_unlink.html">{@code
   * sem_unlink}</a>.
   *
   * @throws org.interlock.PosixException {@code ENOENT}
   */
  public void unlink() {
    Posix.unlinkSemaphore(name, label(name));
  }

  /**
   * Gives the handle back; the second time does nothing: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/sem_close.html">{@code
   * sem_close}</a>.
   *
   * @throws IllegalStateException if a thread is blocked in it
   */
  @Override
  public void close() {
    gate.close(() -> Posix.require(ColdCalls.il_posix_sem_close(address), label(name)));
  }

  @Override
  public String toString() {
    return gate.isClosed() ? "NamedSemaphore[" + name + ", closed]" : label(name);
  }
}
