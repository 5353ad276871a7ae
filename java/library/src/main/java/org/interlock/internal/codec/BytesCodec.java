package org.interlock.internal.codec;

import java.nio.ByteBuffer;

/** Byte arrays as they are. */
public enum BytesCodec implements SizedCodec<byte[]> {
  /** The codec. */
  INSTANCE;

  @Override
  public String id() {
    return "bytes";
  }

  @Override
  public long size(byte[] item) {
    return item.length;
  }

  @Override
  public void encode(byte[] item, ByteBuffer target) {
    target.put(item);
  }

  @Override
  public byte[] decode(ByteBuffer source) {
    byte[] item = new byte[source.remaining()];
    source.get(item);
    return item;
  }
}
