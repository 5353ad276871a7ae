package org.interlock.posix;

import java.nio.ByteBuffer;
import org.interlock.internal.posix.Mapping;
import org.interlock.internal.posix.Posix;

/**
 * A shared memory object, mapped into this process.
 *
 * <pre>{@code
 * try (SharedMemory memory = SharedMemory.create("/counter", 4096)) {
 *   memory.buffer().putLong(0, 42);
 * }
 * }</pre>
 *
 * <p>The memory stays mapped after {@link #close()} as long as a buffer that was handed out is
 * reachable: using it then is a mistake, but no crash. It is a crash, though ({@code SIGBUS}, and
 * the JVM ends), if another program makes the object shorter, or made it without reserving memory
 * and there is none left.
 */
public final class SharedMemory implements AutoCloseable {
  private final String name;
  private final Mapping mapping;

  private SharedMemory(String name, Mapping mapping) {
    this.name = name;
    this.mapping = mapping;
  }

  /**
   * Makes an object of zeros, and maps it: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/shm_open.html">{@code
   * shm_open}</a> with {@code O_CREAT | O_EXCL}, mode 0600, <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/ftruncate.html">{@code
   * ftruncate}</a>, <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_fallocate.html">{@code
   * posix_fallocate}</a>, <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/mmap.html">{@code mmap}</a>.
   *
   * @param name such as {@code "/counter"}
   * @param size its bytes
   * @return a handle
   * @throws IllegalArgumentException if size is less than 1
   * @throws org.interlock.PosixException {@code EEXIST}, or {@code ENOSPC}: then it was not made
   */
  public static SharedMemory create(String name, long size) {
    Posix.checkName(name);
    if (size < 1) {
      throw new IllegalArgumentException(label(name) + " has 1 byte or more, not " + size);
    }
    return new SharedMemory(name, Mapping.create(name, label(name), size));
  }

  /**
   * Maps an object that is there, with the size it has now: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/shm_open.html">{@code
   * shm_open}</a>, <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/mmap.html">{@code mmap}</a>.
   *
   * @param name such as {@code "/counter"}
   * @return a handle
   * @throws org.interlock.PosixException {@code ENOENT}; {@code EINVAL} if it has no bytes (yet)
   */
  public static SharedMemory open(String name) {
    Posix.checkName(name);
    return new SharedMemory(name, Mapping.open(name, label(name)));
  }

  private static String label(String name) {
    return "SharedMemory[" + name + "]";
  }

  /**
   * All of it, in the byte order of this machine, with position 0.
   *
   * @return a new view
   * @throws org.interlock.ClosedObjectException after {@link #close}
   * @throws UnsupportedOperationException if it has more than {@link Integer#MAX_VALUE} bytes
   */
  public ByteBuffer buffer() {
    return mapping.buffer();
  }

  /**
   * How large it is.
   *
   * @return its bytes
   */
  public long size() {
    return mapping.size();
  }

  /**
   * The name it was opened with.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Removes the name, whatever it means now; what is mapped stays: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/shm_unlink.html">{@code
   * shm_unlink}</a>.
   *
   * @throws org.interlock.PosixException {@code ENOENT}
   */
  public void unlink() {
    Posix.unlinkMemory(name, label(name));
  }

  /**
   * Gives the mapping up, once no buffer of it is reachable; the second time does nothing: <a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/munmap.html">{@code
   * munmap}</a>.
   *
   * @throws IllegalStateException if a thread of this process is blocked in, or holds, a {@link
   *     Mutex} in it, or is blocked in a {@link ConditionVariable}
   */
  @Override
  public void close() {
    mapping.close();
  }

  Mapping mapping() {
    return mapping;
  }

  @Override
  public String toString() {
    String state = mapping.gate().isClosed() ? "closed" : mapping.size() + " bytes";
    return "SharedMemory[" + name + ", " + state + "]";
  }
}
