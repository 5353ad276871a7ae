package org.interlock.internal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.interlock.ClosedObjectException;
import org.interlock.CorruptObjectException;
import org.interlock.IncompatibleObjectException;
import org.interlock.PosixException;
import org.interlock.QueueShutdownException;

/** The one place where a status of the native layer becomes an exception. */
public final class Failures {
  private static final String MAXIMUM_HOLDS = "Maximum lock count exceeded";
  private static final String MAXIMUM_PERMITS = "Maximum permit count exceeded";

  private Failures() {}

  /**
   * Has everything loaded that tells a failure. A process that is out of descriptors can open no
   * class file: it would get {@code NoClassDefFoundError} instead of the reason.
   */
  static void prepare() {
    Class<?>[] loaded = {
      PosixException.class,
      ClosedObjectException.class,
      CorruptObjectException.class,
      IncompatibleObjectException.class,
      QueueShutdownException.class
    };
    Objects.requireNonNull(loaded);
  }

  /**
   * What to throw for a failed call.
   *
   * @param object for the message, such as {@code ProcessLock[orders]}
   * @throws Error if a thread holds too many locks
   */
  public static RuntimeException of(int status, String object) {
    return of(status, object, 0);
  }

  /**
   * What to throw for a failed call that asked for memory.
   *
   * @param bytes how much it asked for; 0 if unknown
   */
  public static RuntimeException of(int status, String object, long bytes) {
    String told = object + ": " + HotCalls.statusText(status);
    return switch (Status.code(status)) {
      case Status.OK, Status.OWNER_DIED, Status.WOULD_BLOCK, Status.NO_BYTES, Status.TOO_SMALL ->
          new IllegalStateException(object + ": no failure: " + HotCalls.statusName(status));
      case Status.TIMED_OUT ->
          limit(object + ": another process has been creating or removing it for too long");
      case Status.SHUT_DOWN -> new QueueShutdownException(told);
      case Status.TOO_LARGE, Status.INVALID -> new IllegalArgumentException(told);
      case Status.NOT_OWNER -> new IllegalMonitorStateException(told);
      case Status.DEADLOCK ->
          new IllegalMonitorStateException(
              told + ", through a copy of Interlock that another class loader loaded");
      case Status.CLOSED -> closed(object);
      case Status.FORKED, Status.NOT_FOUND, Status.BROKEN -> new IllegalStateException(told);
      case Status.CORRUPT ->
          new CorruptObjectException(told + "; Shared.unlink(name) removes what is there");
      case Status.INCOMPATIBLE -> new IncompatibleObjectException(told);
      case Status.FOREIGN ->
          limit(told + "; only processes of one user can share an object: choose another name");
      case Status.LIMIT_PROCESSES ->
          limit(told + " (the limit is 512 handles): close it where it is no longer used");
      case Status.LIMIT_CONDITIONS ->
          limit(told + " (the limit is 64): use fewer names, or conditions without one");
      case Status.LIMIT_WAITERS -> limit(told + " (the limit is 1024)");
      case Status.LIMIT_HOLDS -> throw maximumHolds();
      case Status.SYSTEM -> system(status, object, bytes);
      default -> new IllegalStateException(object + ": unknown status " + status);
    };
  }

  /** After close. */
  public static ClosedObjectException closed(String object) {
    return new ClosedObjectException(object + " is closed");
  }

  /** As a {@code ReentrantReadWriteLock} says it. */
  static Error maximumHolds() {
    return new Error(MAXIMUM_HOLDS);
  }

  /** As a {@code Semaphore} says it. */
  static Error maximumPermits() {
    return new Error(MAXIMUM_PERMITS);
  }

  /** A failure without a call of the system behind it. */
  private static PosixException limit(String message) {
    return new PosixException(message, 0, "", "");
  }

  private static PosixException system(int status, String object, long bytes) {
    String call = HotCalls.statusCall(status);
    String errno = HotCalls.statusErrnoName(status);
    String message = object + ": " + call + " failed with " + errno + advice(status, call, bytes);
    return new PosixException(message, HotCalls.statusErrno(status), errno, call);
  }

  private static String advice(int status, String call, long bytes) {
    return switch (HotCalls.statusClass(status)) {
      case Status.ErrorClass.NO_SPACE ->
          ": "
              + (bytes > 0 ? bytes + " bytes were needed, and " : "")
              + sharedMemory()
              + " is full; remove what is not needed there (see df), or make it larger";
      case Status.ErrorClass.NO_DESCRIPTORS ->
          ": no more files may be open; close what is not needed, or raise the limit (ulimit -n)";
      case Status.ErrorClass.NO_PERMISSION ->
          ": no permission; the name may belong to another user";
      case Status.ErrorClass.NOT_FOUND ->
          call.startsWith("shm_")
              ? ": there is no " + sharedMemory() + "; mount a tmpfs there"
              : "";
      case Status.ErrorClass.NO_MEMORY -> ": the system has no more memory for it";
      default -> "";
    };
  }

  private static String sharedMemory() {
    Path directory = NativePlatform.current().sharedMemory();
    try {
      FileStore store = Files.getFileStore(directory);
      return directory
          + " ("
          + store.getTotalSpace()
          + " bytes, "
          + store.getUsableSpace()
          + " of them free)";
    } catch (IOException e) {
      return directory.toString();
    }
  }
}
