package org.interlock.internal;

/**
 * What a native call came to: the codes of {@code il_status}, which {@code
 * native/include/interlock.h} explains. A test proves that this list is complete.
 */
public final class Status {
  public static final int OK = 0;
  public static final int OWNER_DIED = 1;
  public static final int WOULD_BLOCK = 2;
  public static final int NO_BYTES = 3;
  public static final int TIMED_OUT = 4;
  public static final int SHUT_DOWN = 5;
  public static final int TOO_SMALL = 6;
  public static final int TOO_LARGE = 7;
  public static final int NOT_OWNER = 8;
  public static final int DEADLOCK = 9;
  public static final int CLOSED = 10;
  public static final int FORKED = 11;
  public static final int NOT_FOUND = 12;
  public static final int INVALID = 13;
  public static final int CORRUPT = 14;
  public static final int INCOMPATIBLE = 15;
  public static final int FOREIGN = 16;
  public static final int LIMIT_PROCESSES = 17;
  public static final int LIMIT_HOLDS = 18;
  public static final int LIMIT_CONDITIONS = 19;
  public static final int LIMIT_WAITERS = 20;
  public static final int BROKEN = 21;
  public static final int ENDED = 22;
  public static final int HANDED_ON = 23;
  public static final int SYSTEM = 24;

  private static final int CODE_MASK = 0xff;

  private Status() {}

  /** The code of an {@code il_status}: the other bits say which call failed, and how. */
  public static int code(int status) {
    return status & CODE_MASK;
  }

  /** Of a "count and status" result. */
  public static int statusOf(long countAndStatus) {
    return (int) countAndStatus;
  }

  /** Of a "count and status" result. */
  public static int countOf(long countAndStatus) {
    return (int) (countAndStatus >>> Integer.SIZE);
  }

  /** Whether a try-operation found that it would have to wait. */
  public static boolean isBlocked(int status) {
    return status == WOULD_BLOCK || status == NO_BYTES;
  }

  /** Portable classes of errno: {@code il_error_class}. */
  static final class ErrorClass {
    static final int NO_SPACE = 1;
    static final int NO_DESCRIPTORS = 2;
    static final int NO_PERMISSION = 3;
    static final int NOT_FOUND = 4;
    static final int NO_MEMORY = 5;

    private ErrorClass() {}
  }
}
