package org.interlock.internal.queue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.interlock.Codec;
import org.interlock.internal.codec.SizedCodec;
import org.interlock.internal.codec.TooSmallException;

/**
 * Turns items into bytes in scratch memory, which grows until the item fits or is known never to
 * fit where it is to go. No lock is held meanwhile: a codec may take its time, throw, or use the
 * queue.
 */
final class Encoder<E> {
  private final Codec<E> codec;

  Encoder(Codec<E> codec) {
    this.codec = codec;
  }

  /** Writes the item to the start of scratch's data; returns its length. */
  int encode(E item, Scratch scratch, ItemRoom room) {
    long size = sizeOf(item);
    if (size > scratch.capacity()) {
      growTo(size, scratch, room);
    }
    while (true) {
      try {
        return tryEncode(item, scratch);
      } catch (TooSmallException e) {
        growTo(e.needed(), scratch, room);
      } catch (BufferOverflowException e) {
        growTo(Math.min(2L * scratch.capacity(), largest(room)), scratch, room);
      }
    }
  }

  /** How many bytes it will have; -1 if the codec does not know. */
  long sizeOf(E item) {
    return codec instanceof SizedCodec<E> sized ? sized.size(item) : -1;
  }

  /**
   * Of a codec that knows the size, and does not count from the start: writes it there; its length.
   */
  int encodeAt(E item, Scratch scratch, int offset) {
    return encodeTo(scratch.data().position(offset), item) - offset;
  }

  private int tryEncode(E item, Scratch scratch) {
    return encodeTo(scratch.data(), item);
  }

  /** Where it ends. */
  private int encodeTo(ByteBuffer target, E item) {
    int limit = target.limit();
    codec.encode(item, target);
    if (target.limit() != limit) {
      throw new IllegalStateException(
          "codec "
              + codec.id()
              + " moved the limit of its target: encode must not flip() the buffer");
    }
    return target.position();
  }

  private void growTo(long bytes, Scratch scratch, ItemRoom room) {
    if (bytes > largest(room) || bytes <= scratch.capacity()) {
      throw tooLarge(room, Math.max(bytes, scratch.capacity() + 1L));
    }
    scratch.grow(bytes);
  }

  private static long largest(ItemRoom room) {
    return Math.min(room.largestItem(), Scratch.LARGEST_DATA);
  }

  static IllegalArgumentException tooLarge(ItemRoom room, long bytes) {
    return new IllegalArgumentException(
        room.label()
            + ": an item of "
            + bytes
            + " bytes or more can never fit: the largest has "
            + room.largestItem()
            + " bytes, maxBytes is "
            + room.maxBytes());
  }
}
