package org.interlock.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.interlock.Codec;

/** How items of a codec are written as lines; without the character that ends a line. */
abstract class LineForm<E> {
  final Codec<E> codec;

  private LineForm(Codec<E> codec) {
    this.codec = codec;
  }

  /** The item in a line; refuses what is none. */
  abstract E parse(byte[] line);

  abstract byte[] print(E item);

  /** The form for items of this codec; empty if those are no lines. */
  static Optional<LineForm<?>> of(String codecId) {
    return Stream.of(new Text(), new Bytes(), new Numeric())
        .<LineForm<?>>map(form -> form)
        .filter(form -> form.codec.id().equals(codecId))
        .findFirst();
  }

  /** The form for the items of a queue that is there. */
  static LineForm<?> of(String codecId, String queue) {
    return of(codecId)
        .orElseThrow(
            () ->
                Failure.of(
                    "queue "
                        + queue
                        + " has items of codec \""
                        + codecId
                        + "\", which are no lines; only utf8, bytes and i64 are"));
  }

  private static final class Text extends LineForm<String> {
    Text() {
      super(Codec.strings());
    }

    @Override
    String parse(byte[] line) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      } catch (CharacterCodingException e) {
        throw Failure.of("not UTF-8: make the queue with --codec bytes to put any bytes");
      }
    }

    @Override
    byte[] print(String item) {
      return item.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final class Bytes extends LineForm<byte[]> {
    Bytes() {
      super(Codec.bytes());
    }

    @Override
    byte[] parse(byte[] line) {
      return line;
    }

    @Override
    byte[] print(byte[] item) {
      return item;
    }
  }

  private static final class Numeric extends LineForm<Long> {
    Numeric() {
      super(Codec.longs());
    }

    @Override
    Long parse(byte[] line) {
      String text = new String(line, StandardCharsets.UTF_8);
      try {
        return Long.valueOf(text.strip());
      } catch (NumberFormatException e) {
        throw Failure.of("'" + text + "' is no whole number, and the queue holds such");
      }
    }

    @Override
    byte[] print(Long item) {
      return Long.toString(item).getBytes(StandardCharsets.US_ASCII);
    }
  }
}
