package org.interlock;

import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A kind of queue with a codec and a capacity: what a contract is tested over. */
record QueueVariant<E>(
    boolean joinable, Codec<E> codec, IntFunction<E> maker, int capacity, long maxBytes) {

  private static final long BYTES = 1 << 20;

  /** Both kinds; all capacities with one codec, the extremes with the others. */
  static Stream<QueueVariant<?>> all() {
    return Stream.of(false, true)
        .flatMap(
            joinable ->
                Stream.of(
                    bytes(joinable, 1),
                    bytes(joinable, 2),
                    bytes(joinable, 7),
                    bytes(joinable, ProcessQueue.UNBOUNDED),
                    strings(joinable, 1),
                    strings(joinable, ProcessQueue.UNBOUNDED),
                    longs(joinable, 3),
                    longs(joinable, ProcessQueue.UNBOUNDED),
                    objects(joinable, 2),
                    objects(joinable, ProcessQueue.UNBOUNDED)));
  }

  private static QueueVariant<byte[]> bytes(boolean joinable, int capacity) {
    return new QueueVariant<>(
        joinable, Codec.bytes(), n -> new byte[] {(byte) n, (byte) (n >> 8)}, capacity, BYTES);
  }

  private static QueueVariant<String> strings(boolean joinable, int capacity) {
    return new QueueVariant<>(joinable, Codec.strings(), n -> "item \u2116 " + n, capacity, BYTES);
  }

  private static QueueVariant<Long> longs(boolean joinable, int capacity) {
    return new QueueVariant<>(joinable, Codec.longs(), n -> (long) n << 33, capacity, BYTES);
  }

  private static QueueVariant<Object> objects(boolean joinable, int capacity) {
    return new QueueVariant<>(joinable, Codec.objects(), n -> n, capacity, BYTES);
  }

  ProcessQueue<E> create() {
    return joinable
        ? JoinableQueue.create(codec, capacity, maxBytes)
        : ProcessQueue.create(codec, capacity, maxBytes);
  }

  E item(int number) {
    return maker.apply(number);
  }

  boolean isItem(int number, Object found) {
    return Objects.deepEquals(found, item(number));
  }

  boolean isBounded() {
    return capacity != ProcessQueue.UNBOUNDED;
  }

  /** How many items fill it; some, where that would be too many. */
  int fill() {
    return isBounded() ? capacity : 20;
  }

  @Override
  public String toString() {
    return (joinable ? "joinable " : "")
        + codec.id()
        + (isBounded() ? " capacity " + capacity : " unbounded");
  }
}
