package org.interlock.internal;

/** A failed {@code il_status} of a call whose result uses all 64 bits; thrown by jni.c only. */
public final class StatusException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** Called by jni.c. */
  StatusException(int status) {
    super(null, null, false, false);
    this.status = status;
  }

  /** The {@code il_status}. */
  public int status() {
    return status;
  }
}
