package org.interlock.internal.codec;

import java.nio.BufferOverflowException;

/** A buffer overflow that knows how large the buffer should have been. */
public final class TooSmallException extends BufferOverflowException {
  private static final long serialVersionUID = 1L;

  private final long needed;

  TooSmallException(long needed) {
    this.needed = needed;
  }

  /** Bytes. */
  public long needed() {
    return needed;
  }
}
