package org.interlock.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What happens once per object or child, bound by JNA's direct mapping; no glue code to write, but
 * its first use costs a JVM some 100 ms. Nothing else uses JNA.
 *
 * <p>The methods are named after the functions of {@code native/include/interlock.h}, where their
 * contract stands. Handles and pointers are {@code long} (see {@link HotCalls} and {@link
 * NativeArena}); deadlines are absolute ({@link HotCalls#deadlineAfter}).
 */
public final class ColdCalls {
  /** {@code il_signal}. */
  public static final int SIGNAL_TERMINATE = 1;

  /** {@code il_signal}. */
  public static final int SIGNAL_KILL = 2;

  /** {@code il_signal}. */
  public static final int SIGNAL_INTERRUPT = 3;

  /** {@code il_signal}. */
  public static final int SIGNAL_HANG_UP = 4;

  static {
    Path library = Natives.library();
    avoidSearchingTheSystem();
    unpackBeside(library.toAbsolutePath().getParent());
    Native.register(ColdCalls.class, NativeLibrary.getInstance(library.toString()));
  }

  private ColdCalls() {}

  /**
   * When JNA starts it runs {@code ldconfig -p} to learn where the system's libraries are, unless
   * it is told. We load one file by its full path; the usual places are named for others in this
   * JVM who use JNA too. A user's own setting is left alone.
   */
  private static void avoidSearchingTheSystem() {
    if (System.getProperty("jna.platform.library.path") == null) {
      System.setProperty("jna.platform.library.path", NativePlatform.current().libraryPath());
    }
  }

  /**
   * JNA has a native part, too, and by default unpacks it where programs may not be allowed to run.
   * From this directory our library was loaded.
   */
  private static void unpackBeside(@Nullable Path directory) {
    if (System.getProperty("jna.tmpdir") == null
        && directory != null
        && Files.isWritable(directory)) {
      System.setProperty("jna.tmpdir", directory.toString());
    }
  }

  /**
   * Creates or attaches.
   *
   * @param spec address of an {@code il_spec}
   * @param out address of 8 bytes for the handle
   * @param info address of an {@code il_info}, or 0
   */
  public static native int il_object_open(long spec, long out, long info);

  /**
   * What this process would write into an object; {@code info} is the address of an {@code
   * il_info}.
   */
  static native void il_info_of_process(long info);

  /** Lends; each of the last three is the address of 4 bytes. */
  public static native int il_object_lend(long object, long fd, long slot, long generation);

  /** Nobody will adopt what was lent. */
  static native void il_object_take_back(long object, int slot, int generation);

  /** Removes the name if it still means this object. */
  public static native int il_object_unlink(long object);

  /** Removes a name; {@code name} is the address of a C string. */
  public static native int il_name_unlink(long name);

  /** The same, unless a process has the object open. */
  public static native int il_name_unlink_unused(long name);

  /** Creates or attaches; addresses as for {@link #il_object_open}. */
  public static native int il_semaphore_open(long spec, long out, long info);

  /** Lends; each of the last four is the address of 4 bytes. */
  public static native int il_semaphore_lend(
      long semaphore, long fd, long sidecar, long slot, long generation);

  /** Removes the name if it still means this semaphore. */
  public static native int il_semaphore_unlink(long semaphore);

  /** Removes the name of a semaphore; {@code name} is the address of a C string. */
  public static native int il_semaphore_name_unlink(long name);

  // ------------------------------------------------------------------ POSIX itself
  // Named after what they call; names are addresses of C strings, out is the address of 8 bytes.

  /** Memory as a buffer of native byte order, which does not own it. */
  public static ByteBuffer bufferAt(long address, long size) {
    return new Pointer(address).getByteBuffer(0, size);
  }

  /** {@code memory} is the address of an {@code il_posix_memory}. */
  public static native int il_posix_shm_create(long name, long size, long memory);

  /** {@code memory} is the address of an {@code il_posix_memory}. */
  public static native int il_posix_shm_open(long name, long memory);

  public static native int il_posix_shm_unmap(long address, long size);

  public static native int il_posix_shm_unlink(long name);

  public static native int il_posix_sem_create(long name, int value, long out);

  public static native int il_posix_sem_open(long name, long out);

  public static native int il_posix_sem_wait(long semaphore, long deadline);

  public static native int il_posix_sem_trywait(long semaphore);

  public static native int il_posix_sem_post(long semaphore);

  /** {@code value} is the address of 4 bytes. */
  public static native int il_posix_sem_getvalue(long semaphore, long value);

  public static native int il_posix_sem_close(long semaphore);

  public static native int il_posix_sem_unlink(long name);

  public static native long il_posix_mutex_size();

  public static native int il_posix_mutex_init(long mutex);

  public static native int il_posix_mutex_lock(long mutex, long deadline);

  public static native int il_posix_mutex_trylock(long mutex);

  public static native int il_posix_mutex_consistent(long mutex);

  public static native int il_posix_mutex_unlock(long mutex);

  public static native int il_posix_mutex_destroy(long mutex);

  public static native long il_posix_cond_size();

  public static native int il_posix_cond_init(long condition);

  public static native int il_posix_cond_wait(long condition, long mutex, long deadline);

  public static native int il_posix_cond_signal(long condition);

  public static native int il_posix_cond_broadcast(long condition);

  public static native int il_posix_cond_destroy(long condition);

  // ------------------------------------------------------------------ leftovers and children

  /** Removes what dead processes left; {@code swept} is the address of 4 bytes, or 0. */
  public static native int il_sweep(long swept);

  /** Default of a queue's maxBytes. */
  public static native long il_queue_default_bytes();

  /** Starts a program; addresses of an {@code il_spawn_options} and an {@code il_child}. */
  public static native int il_child_spawn(long options, long child);

  /** Signals a child; {@code child} is the address of an {@code il_child}. */
  public static native int il_child_signal(long child, int signal);

  /** Tells a guardian that its parent is ending. */
  public static native int il_child_abandon(long child);

  /** Says what a spare has become. */
  public static native int il_child_employ(long child, int daemon);

  /** Gives back what an {@code il_child} holds. */
  public static native void il_child_release(long child);

  /** Makes a pair of sockets; each is the address of 4 bytes. */
  public static native int il_channel_open(long ours, long theirs);

  /** Sends bytes with descriptors; {@code descriptors} is the address of {@code count} ints. */
  public static native int il_channel_send(
      int channel, long data, long length, long descriptors, int count, long deadline);
}
