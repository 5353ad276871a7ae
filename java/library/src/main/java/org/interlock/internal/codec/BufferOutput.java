package org.interlock.internal.codec;

import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes to a buffer, and counts on when that is full: what is written to it must not be disturbed
 * half-way (an exception inside a {@code writeObject} may be caught there), and afterwards it is
 * known how much room is needed.
 */
final class BufferOutput extends OutputStream {
  private final ByteBuffer target;
  private long missing;

  BufferOutput(ByteBuffer target) {
    this.target = target;
  }

  @Override
  public void write(int b) {
    if (missing == 0 && target.hasRemaining()) {
      target.put((byte) b);
    } else {
      missing++;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int fits = missing == 0 ? Math.min(length, target.remaining()) : 0;
    target.put(bytes, offset, fits);
    missing += length - fits;
  }

  /**
   * To be called when everything was written.
   *
   * @throws TooSmallException if it did not fit
   */
  void finish() {
    if (missing > 0) {
      throw new TooSmallException(target.limit() + missing);
    }
  }
}
