package org.interlock.internal.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** 64-bit integers, little-endian whatever the order of the buffer. */
public enum LongsCodec implements SizedCodec<Long> {
  /** The codec. */
  INSTANCE;

  @Override
  public String id() {
    return "i64";
  }

  @Override
  public long size(Long item) {
    return Long.BYTES;
  }

  @Override
  public void encode(Long item, ByteBuffer target) {
    target.putLong(inOrderOf(target, item));
  }

  @Override
  public Long decode(ByteBuffer source) {
    if (source.remaining() != Long.BYTES) {
      throw new IllegalArgumentException(
          "an i64 has " + Long.BYTES + " bytes, this item has " + source.remaining());
    }
    return inOrderOf(source, source.getLong());
  }

  private static long inOrderOf(ByteBuffer buffer, long value) {
    return buffer.order() == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value);
  }
}
