package org.interlock;

import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.interlock.internal.codec.BytesCodec;
import org.interlock.internal.codec.LongsCodec;
import org.interlock.internal.codec.ObjectsCodec;
import org.interlock.internal.codec.StringsCodec;

/**
 * How items become bytes in shared memory, and items again in the process that takes them.
 *
 * <p>Four codecs are there: {@link #bytes()}, {@link #strings()} and {@link #longs()}, whose
 * formats a C or Python program reads as easily, and {@link #objects()}, Java serialisation. One of
 * your own is a few lines:
 *
 * <pre>{@code
 * record Point(int x, int y) {}
 *
 * enum PointCodec implements Codec<Point> {
 *   INSTANCE;
 *
 *   public String id() {
 *     return "com.example.point.v1";
 *   }
 *
 *   public void encode(Point point, ByteBuffer target) {
 *     target.putInt(point.x()).putInt(point.y());
 *   }
 *
 *   public Point decode(ByteBuffer source) {
 *     return new Point(source.getInt(), source.getInt());
 *   }
 * }
 *
 * ProcessQueue<Point> points = ProcessQueue.open("points", PointCodec.INSTANCE, 1000);
 * }</pre>
 *
 * <p>A codec is used by many threads at once, and is serialised with the queue when that is handed
 * to a child; an enum with one constant, as above, is the simplest way to be fit for both. The
 * buffers that it gets are the queue's own and are used again: it must not keep them.
 *
 * @param <E> what is encoded
 */
public interface Codec<E> extends Serializable {

  /**
   * Names the format. It is recorded in a queue when that is made, and compared when it is opened:
   * another id is an {@link IncompatibleObjectException}. Change it when the format changes.
   *
   * @return 1 to 63 printable ASCII characters without blanks
   */
  String id();

  /**
   * Writes an item at the position of {@code target}, and leaves the position behind it. Called in
   * the thread that puts, before the queue is touched: whatever this throws reaches the caller of
   * {@code put}, and the item is not in the queue.
   *
   * <p>When the buffer is too small, {@link java.nio.BufferOverflowException} (which every {@code
   * put} of a buffer throws by itself) has this called again with a larger one, until the item fits
   * or is larger than the queue's {@code maxBytes}, which the caller gets as {@link
   * IllegalArgumentException}.
   *
   * @param item the item, not null
   * @param target a little-endian buffer, its position at 0; the limit must stay where it is (no
   *     {@code flip()})
   */
  void encode(E item, ByteBuffer target);

  /**
   * Reads an item from the remaining bytes of {@code source}. Called in the thread that takes,
   * after the item has left the queue. If this throws or returns null, the caller of {@code take}
   * gets a {@link DecodeException} with the bytes.
   *
   * @param source a little-endian buffer that holds exactly what {@link #encode} wrote
   * @return the item
   */
  E decode(ByteBuffer source);

  /**
   * Byte arrays as they are; the fastest. Id {@code "bytes"}.
   *
   * @return the codec
   */
  static Codec<byte[]> bytes() {
    return BytesCodec.INSTANCE;
  }

  /**
   * Strings in UTF-8. Id {@code "utf8"}. A string with half of a surrogate pair has no UTF-8 form
   * and is refused with {@link IllegalArgumentException}; bytes that are not UTF-8, as a program in
   * another language may put them, are a {@link DecodeException}. Nothing is ever replaced by a
   * question mark.
   *
   * @return the codec
   */
  static Codec<String> strings() {
    return StringsCodec.INSTANCE;
  }

  /**
   * 64-bit integers, 8 bytes little-endian. Id {@code "i64"}.
   *
   * @return the codec
   */
  static Codec<Long> longs() {
    return LongsCodec.INSTANCE;
  }

  /**
   * Any serialisable object, by Java serialisation. Id {@code "java"}. Classes are looked up in the
   * context class loader of the thread that takes. Objects of this library that are part of an item
   * arrive as the same object. An item that can not be serialised is an {@link
   * IllegalArgumentException} that names the class.
   *
   * <p>Reading a serialised object runs code of its class. Every process of the same user can write
   * to the queue; if not all of them are trusted, name the classes that are with {@link
   * #objects(ObjectInputFilter)}. The filter of the whole JVM ({@code jdk.serialFilter}) is obeyed
   * too.
   *
   * @param <E> what is encoded
   * @return the codec
   */
  static <E> Codec<E> objects() {
    return ObjectsCodec.unfiltered();
  }

  /**
   * As {@link #objects()}, but takes only what {@code filter} lets through; the rest is a {@link
   * DecodeException}.
   *
   * <p>A queue travels to a child with its codec, and so with the filter: that works with filters
   * of {@link java.io.ObjectInputFilter.Config#createFilter(String) Config.createFilter(pattern)},
   * and with your own if they are {@link Serializable}. With any other, handing on the queue fails;
   * the filter is never dropped.
   *
   * @param <E> what is encoded
   * @param filter decides which classes, array lengths and depths are read
   * @return the codec
   */
  static <E> Codec<E> objects(ObjectInputFilter filter) {
    return ObjectsCodec.filtered(filter);
  }
}
