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
      QueueShutdownException.class,
      Kinds.class
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
      case Status.HANDED_ON -> new ClosedObjectException(told);
      case Status.FORKED, Status.NOT_FOUND, Status.BROKEN, Status.ENDED ->
          new IllegalStateException(told);
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
      case Status.SYSTEM -> system(status, object, advice(status, bytes));
      default -> new IllegalStateException(object + ": unknown status " + status);
    };
  }

  /**
   * What to throw for a failed call of POSIX itself, on something that the caller named.
   *
   * @param bytes how much memory it asked for; 0 if none
   */
  public static RuntimeException posix(int status, String object, long bytes) {
    String advice = Status.code(status) == Status.SYSTEM ? posixAdvice(status) : "";
    return advice.isEmpty() ? of(status, object, bytes) : system(status, object, advice);
  }

  private static String posixAdvice(int status) {
    String call = HotCalls.statusCall(status);
    return switch (HotCalls.statusErrnoName(status)) {
      case "ENOENT" ->
          ": there is none of that name" + (call.endsWith("_open") ? "; create it first" : "");
      case "EEXIST" -> ": there is one of that name; open it, or unlink it first";
      case "ENAMETOOLONG" -> ": the name is too long for the system; choose a shorter one";
      case "EDEADLK" -> ": this thread holds it already; unlock it first";
      case "EPERM" ->
          call.startsWith("pthread_") ? ": this thread does not hold the mutex; lock it first" : "";
      case "EOWNERDEAD" ->
          ": this thread holds the mutex again, but an owner died meanwhile; repair what it"
              + " protects, then makeConsistent()";
      case "ENOTRECOVERABLE" ->
          ": its owner died, and the next one unlocked it without makeConsistent(); it is of no"
              + " more use before it is initialised again";
      case "EBUSY" -> ": it is in use; unlock it first";
      case "EOVERFLOW" -> ": its value is as large as it can be; take from it first";
      case "EINVAL" -> invalid(call);
      default -> "";
    };
  }

  private static String invalid(String call) {
    if (call.equals("mmap")) {
      return ": it has no bytes; if its creator is about to give it a size, open it again later";
    }
    if (call.endsWith("_open")) {
      return ": the system does not take this name; choose another";
    }
    if (call.equals("pthread_mutex_consistent")) {
      return ": no owner of it died; there is nothing to mend";
    }
    return call.startsWith("pthread_mutex_") ? ": there is no mutex in this place; init one" : "";
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

  private static PosixException system(int status, String object, String advice) {
    String call = HotCalls.statusCall(status);
    String errno = HotCalls.statusErrnoName(status);
    String message = object + ": " + call + " failed with " + errno + advice;
    return new PosixException(message, HotCalls.statusErrno(status), errno, call);
  }

  private static String advice(int status, long bytes) {
    return switch (HotCalls.statusClass(status)) {
      case Status.ErrorClass.NO_SPACE ->
          ": "
              + (bytes > 0 ? bytes + " bytes were needed, and " : "")
              + sharedMemory()
              + " is full; remove what is not needed there (see df), or make it larger";
      case Status.ErrorClass.NO_DESCRIPTORS ->
          ": no more files may be open; close what is not needed, or raise the limit (ulimit -n)";
      case Status.ErrorClass.NO_PERMISSION ->
          HotCalls.statusErrnoName(status).equals("EROFS")
              ? ": " + sharedMemory() + " is mounted read-only; make it writable"
              : ": no permission; the name may belong to another user";
      case Status.ErrorClass.NOT_FOUND ->
          HotCalls.statusCall(status).startsWith("shm_")
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
