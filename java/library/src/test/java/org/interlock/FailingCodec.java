package org.interlock;

import java.nio.ByteBuffer;

/** 64-bit integers, some of which make it fail. */
final class FailingCodec implements Codec<Long> {
  private static final long serialVersionUID = 1L;

  /** Can be put, and not read. */
  static final long UNREADABLE = -1;

  /** Reading it meets a want of memory. */
  static final long OUT_OF_MEMORY = -2;

  /** Reading it returns null. */
  static final long NULL = -3;

  /** Can not be put. */
  static final long UNWRITABLE = -4;

  /** Moves the limit of the buffer that it writes to. */
  static final long FLIPPED = -5;

  /** Is too large for every buffer. */
  static final long ENDLESS = -6;

  /** Reading it meets a class that is not there. */
  static final long NO_CLASS = -7;

  /** Reading it meets an exception of the very kind that the queue throws. */
  static final long OWN_DECODE_EXCEPTION = -8;

  @Override
  public String id() {
    return "failing";
  }

  @Override
  public void encode(Long item, ByteBuffer target) {
    target.putLong(item);
    if (item == UNWRITABLE) {
      throw new UnsupportedOperationException("unwritable");
    } else if (item == FLIPPED) {
      target.flip();
    } else if (item == ENDLESS) {
      while (true) {
        target.put((byte) 0);
      }
    }
  }

  @Override
  @SuppressWarnings("NullAway") // it is to fail
  public Long decode(ByteBuffer source) {
    long item = source.getLong();
    if (item == UNREADABLE) {
      throw new IllegalArgumentException("unreadable");
    } else if (item == OUT_OF_MEMORY) {
      throw new OutOfMemoryError("not really");
    } else if (item == NO_CLASS) {
      throw new NoClassDefFoundError("com/example/Gone");
    } else if (item == OWN_DECODE_EXCEPTION) {
      throw new DecodeException("nested", new byte[1], new IllegalStateException());
    }
    return item == NULL ? null : item;
  }
}
