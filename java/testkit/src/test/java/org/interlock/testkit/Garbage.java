package org.interlock.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A part of a word in an object's file that gets another value.
 *
 * @param place where
 * @param size in bytes
 * @param how what becomes of what is there
 * @param number for that
 */
record Garbage(long place, int size, How how, long number) {
  /** Offsets of docs/memory-layout.md. */
  private static final long CONTROL = 1024;

  private static final long SLOTS = 4096;
  private static final long OWN = 8192;
  private static final long MUTEX = 1280;
  private static final long TAKE_MUTEX = 1536;
  private static final long MUTEX_SIZE = 64;
  private static final long CELLS = 65536L * 64;
  private static final Set<String> WITHOUT_MUTEX = Set.of("event", "long");

  /** What becomes of a word. */
  enum How {
    IS,
    PLUS,
    BIT_FLIPPED,
    WORD_AT
  }

  static Arbitrary<Garbage> in(String kind) {
    boolean joinable = kind.equals("joinable");
    long ring = OWN + (joinable ? CELLS : 0);
    Arbitrary<Long> places =
        Arbitraries.frequencyOf(
            Tuple.of(8, near(CONTROL, 1024)),
            Tuple.of(1, near(CONTROL, SLOTS - CONTROL)),
            Tuple.of(2, near(SLOTS, 32)),
            Tuple.of(1, near(SLOTS, OWN - SLOTS)),
            Tuple.of(kind.equals("event") || kind.equals("long") ? 0 : 3, near(OWN, 640)),
            Tuple.of(kind.contains("queue") || joinable ? 2 : 0, near(ring, 600)));
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.of(0L, -1L, 1L, Long.MIN_VALUE, Long.MAX_VALUE, 0xffff_ffffL, 1L << 32),
            Arbitraries.longs());
    return Combinators.combine(
            places, Arbitraries.of(1, 4, 8, 8), Arbitraries.of(How.values()), values)
        .flatAs(
            (place, size, how, value) ->
                switch (how) {
                  case IS, BIT_FLIPPED -> Arbitraries.just(new Garbage(place, size, how, value));
                  case PLUS ->
                      Arbitraries.longs()
                          .between(-64, 64)
                          .map(little -> new Garbage(place, size, how, little));
                  case WORD_AT -> places.map(other -> new Garbage(place, size, how, other));
                });
  }

  private static Arbitrary<Long> near(long start, long bytes) {
    return Arbitraries.longs().between(start, start + bytes - 1);
  }

  /** Writes all of them. Garbage within a mutex is out of the promise. */
  static void write(List<Garbage> all, String kind, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (Garbage garbage : all) {
        garbage.write(kind, channel);
      }
    }
  }

  private void write(String kind, FileChannel channel) throws IOException {
    long start = place - place % size;
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    long next = next(wordAt(channel, start), channel);
    bytes.putLong(0, next);
    for (int i = 0; i < size; i++) {
      if (!isInMutex(kind, start + i)) {
        channel.write(bytes.slice(i, 1), start + i);
      }
    }
  }

  private long next(long now, FileChannel channel) throws IOException {
    return switch (how) {
      case IS -> number;
      case PLUS -> now + number;
      case BIT_FLIPPED -> now ^ 1L << (number & 63);
      case WORD_AT -> wordAt(channel, number - number % Long.BYTES);
    };
  }

  private static long wordAt(FileChannel channel, long offset) throws IOException {
    ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    channel.read(word, offset);
    return word.getLong(0);
  }

  private static boolean isInMutex(String kind, long offset) {
    if (WITHOUT_MUTEX.contains(kind)) {
      return false;
    }
    boolean isQueue = kind.equals("queue") || kind.equals("joinable");
    return isIn(MUTEX, offset) || (isQueue && isIn(TAKE_MUTEX, offset));
  }

  private static boolean isIn(long mutex, long offset) {
    return offset >= mutex && offset < mutex + MUTEX_SIZE;
  }
}
