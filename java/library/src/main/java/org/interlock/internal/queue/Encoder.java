package org.interlock.internal.queue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.interlock.Codec;
import org.interlock.internal.codec.SizedCodec;
import org.interlock.internal.codec.TooSmallException;

/**
 * Turns items into bytes in scratch memory, which grows until the item fits or is known never to fit
 * into the queue. No lock is held meanwhile: a codec may take its time, throw, or use the queue.
 */
final class Encoder<E> {
  private final Codec<E> codec;

  Encoder(Codec<E> codec) {
    this.codec = codec;
  }

  /** Writes the item to the start of scratch's data; returns its length. */
  int encode(E item, Scratch scratch, QueueCore core) {
    if (codec instanceof SizedCodec<E> sized) {
      long size = sized.size(item);
      if (size > scratch.capacity()) {
        growTo(size, scratch, core);
      }
    }
    while (true) {
      try {
        return tryEncode(item, scratch);
      } catch (TooSmallException e) {
        growTo(e.needed(), scratch, core);
      } catch (BufferOverflowException e) {
        growTo(Math.min(2L * scratch.capacity(), largest(core)), scratch, core);
      }
    }
  }

  private int tryEncode(E item, Scratch scratch) {
    ByteBuffer target = scratch.data();
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

  private void growTo(long bytes, Scratch scratch, QueueCore core) {
    if (bytes > largest(core) || bytes <= scratch.capacity()) {
      throw tooLarge(core, Math.max(bytes, scratch.capacity() + 1L));
    }
    scratch.grow(bytes);
  }

  private static long largest(QueueCore core) {
    return Math.min(core.largestItem(), Scratch.LARGEST_DATA);
  }

  static IllegalArgumentException tooLarge(QueueCore core, long bytes) {
    return new IllegalArgumentException(
        core.label()
            + ": an item of "
            + bytes
            + " bytes or more can never fit: the largest has "
            + core.largestItem()
            + " bytes, maxBytes is "
            + core.maxBytes());
  }
}
