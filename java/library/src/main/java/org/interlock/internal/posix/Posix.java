package org.interlock.internal.posix;

import java.util.Objects;
import java.util.function.IntSupplier;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Failures;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;
import org.interlock.internal.VirtualThreads;
import org.interlock.internal.WaiterThreads;

/** Names, results and threads of POSIX calls. */
public final class Posix {
  private Posix() {}

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException telling the rule
   */
  public static void checkName(String name) {
    Objects.requireNonNull(name, "name");
    if (name.length() < 2
        || name.charAt(0) != '/'
        || name.indexOf('/', 1) >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is no POSIX name: that is a slash, and then one character or more that are"
              + " neither a slash nor zero, such as \"/ktv\"");
    }
  }

  /**
   * Throws unless the call succeeded.
   *
   * @param label of the object, for messages
   */
  public static void require(int status, String label) {
    require(status, label, 0);
  }

  /**
   * Throws unless the call succeeded.
   *
   * @param label of the object, for messages
   * @param bytes how much memory it asked for
   */
  static void require(int status, String label, long bytes) {
    if (status != Status.OK) {
      throw Failures.posix(status, label, bytes);
    }
  }

  /**
   * For calls that wait until something is there.
   *
   * @return false: it is not, or was not in time
   */
  public static boolean succeeded(int status, String label) {
    if (status == Status.WOULD_BLOCK || status == Status.TIMED_OUT) {
      return false;
    }
    require(status, label);
    return true;
  }

  /** {@code shm_unlink}. */
  public static void unlinkMemory(String name, String label) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      require(ColdCalls.il_posix_shm_unlink(arena.string(name)), label);
    }
  }

  /** {@code sem_unlink}. */
  public static void unlinkSemaphore(String name, String label) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      require(ColdCalls.il_posix_sem_unlink(arena.string(name)), label);
    }
  }

  /** Makes a call that may wait, for which it does not matter in which thread it is made. */
  public static int inAnyThread(IntSupplier call) {
    return VirtualThreads.isVirtual(Thread.currentThread())
        ? (int) WaiterThreads.call(call::getAsInt)
        : call.getAsInt();
  }

  /** For calls that matter to a thread of the system. */
  public static void requirePlatformThread() {
    if (VirtualThreads.isVirtual(Thread.currentThread())) {
      throw new UnsupportedOperationException(
          "a POSIX mutex belongs to a thread of the system, and a virtual thread is none:"
              + " use a ProcessLock, or a platform thread");
    }
  }
}
