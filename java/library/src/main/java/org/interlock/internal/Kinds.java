package org.interlock.internal;

/** Kinds of objects: {@code il_kind}. */
public final class Kinds {
  public static final int LOCK = 1;
  public static final int LONG = 2;
  public static final int QUEUE = 3;
  public static final int JOINABLE_QUEUE = 4;
  public static final int EVENT = 5;
  public static final int SEMAPHORE = 6;
  public static final int PERMITS = 7;
  public static final int BARRIER = 8;
  public static final int PIPE = 9;

  private Kinds() {}

  /** Name of the class that stands for it. */
  public static String label(int kind) {
    return switch (kind) {
      case LOCK -> "ProcessLock";
      case LONG -> "ProcessLong";
      case QUEUE -> "ProcessQueue";
      case JOINABLE_QUEUE -> "JoinableQueue";
      case EVENT -> "ProcessEvent";
      case SEMAPHORE -> "ProcessSemaphore";
      case PERMITS -> "PermitPool";
      case BARRIER -> "ProcessBarrier";
      case PIPE -> "ProcessPipe";
      default -> "object of kind " + kind;
    };
  }
}
