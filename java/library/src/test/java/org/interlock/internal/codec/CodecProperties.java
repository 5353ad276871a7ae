package org.interlock.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueChars;
import org.interlock.Codec;

/** Whatever goes in comes out, from a buffer of any size that is large enough. */
class CodecProperties {

  /** Encodes as a queue does: again and again into larger buffers. */
  private static <E> ByteBuffer encode(Codec<E> codec, E item, int firstSize) {
    for (int size = firstSize; ; size = size * 2 + 1) {
      ByteBuffer target = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
      try {
        codec.encode(item, target);
        assertThat(target.limit()).isEqualTo(size);
        return target.flip();
      } catch (BufferOverflowException e) {
        assertThat(size).isLessThan(1 << 24);
      }
    }
  }

  private static <E> E roundTrip(Codec<E> codec, E item, int firstSize) {
    ByteBuffer encoded = encode(codec, item, firstSize);
    E back = codec.decode(encoded);
    assertThat(encoded.hasRemaining()).isFalse();
    return back;
  }

  @Property
  void bytes(@ForAll byte[] item, @ForAll @net.jqwik.api.constraints.IntRange(max = 300) int size) {
    assertThat(roundTrip(Codec.bytes(), item, size)).isEqualTo(item);
    assertThat(BytesCodec.INSTANCE.size(item))
        .isEqualTo(encode(Codec.bytes(), item, size).remaining());
  }

  @Property
  void longs(@ForAll long item, @ForAll @net.jqwik.api.constraints.IntRange(max = 20) int size) {
    assertThat(roundTrip(Codec.longs(), item, size)).isEqualTo(item);
  }

  @Property
  void longsAreLittleEndianInAnyBuffer(@ForAll long item) {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      ByteBuffer target = ByteBuffer.allocate(8).order(order);
      Codec.longs().encode(item, target);
      assertThat(target.get(0)).isEqualTo((byte) item);
      assertThat(target.get(7)).isEqualTo((byte) (item >> 56));
      assertThat(Codec.longs().decode(target.flip())).isEqualTo(item);
    }
  }

  @Property
  void longsHaveEightBytes(@ForAll @Size(max = 20) byte[] bytes) {
    if (bytes.length != 8) {
      assertThatThrownBy(() -> Codec.longs().decode(ByteBuffer.wrap(bytes)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("8 bytes");
    }
  }

  /** All of Unicode, and the halves of surrogate pairs that are not in it. */
  @Provide
  Arbitrary<String> strings() {
    Arbitrary<String> wild = Arbitraries.strings().all().ofMaxLength(40);
    Arbitrary<String> halves =
        Arbitraries.strings().withCharRange('\uD700', '\uE100').ofMaxLength(6);
    Arbitrary<String> ordinary =
        Arbitraries.strings().ascii().withChars('ä', '漢', '\uFFFD', '\0').ofMaxLength(200);
    return Arbitraries.oneOf(wild, halves, ordinary);
  }

  @Property(tries = 5000)
  void stringsComeBackOrAreRefused(
      @ForAll("strings") String item,
      @ForAll @net.jqwik.api.constraints.IntRange(max = 600) int size) {
    if (StandardCharsets.UTF_8.newEncoder().canEncode(item)) {
      assertThat(roundTrip(Codec.strings(), item, size)).isEqualTo(item);
    } else {
      assertThatThrownBy(() -> encode(Codec.strings(), item, size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("surrogate");
    }
  }

  @Property(tries = 5000)
  void bytesThatAreNotUtf8AreRefused(@ForAll @Size(max = 6) byte[] bytes) {
    String lenient = new String(bytes, StandardCharsets.UTF_8);
    boolean valid = java.util.Arrays.equals(lenient.getBytes(StandardCharsets.UTF_8), bytes);
    if (valid) {
      assertThat(Codec.strings().decode(ByteBuffer.wrap(bytes))).isEqualTo(lenient);
    } else {
      assertThatThrownBy(() -> Codec.strings().decode(ByteBuffer.wrap(bytes)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Provide
  Arbitrary<Object> objects() {
    Arbitrary<Object> leaf =
        Arbitraries.oneOf(
            Arbitraries.integers().map(i -> (Object) i),
            Arbitraries.strings().ofMaxLength(50).map(s -> (Object) s),
            Arbitraries.doubles().map(d -> (Object) d),
            Arbitraries.of(Thread.State.values()).map(s -> (Object) s));
    return Arbitraries.oneOf(
        leaf,
        leaf.list().ofMaxSize(10).map(l -> (Object) List.copyOf(l)),
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), leaf)
            .ofMaxSize(5)
            .map(m -> (Object) Map.copyOf(m)));
  }

  @Property(tries = 300)
  void objects(
      @ForAll("objects") Object item,
      @ForAll @net.jqwik.api.constraints.IntRange(max = 2000) int size) {
    assertThat(roundTrip(Codec.objects(), item, size)).isEqualTo(item);
  }

  @Property(tries = 300)
  void garbageIsNotAnObject(@ForAll @Size(max = 200) byte[] bytes) {
    assertThatThrownBy(() -> Codec.objects().decode(ByteBuffer.wrap(bytes)))
        .isInstanceOf(Exception.class);
  }

  @Property(tries = 50)
  void aTooSmallBufferSaysAtOnceHowMuchIsNeeded(@ForAll @UniqueChars String item) {
    int needed = encode(Codec.<String>objects(), item, 10_000).remaining();
    ByteBuffer small = ByteBuffer.allocate(needed - 1);
    assertThatThrownBy(() -> Codec.<String>objects().encode(item, small))
        .isInstanceOfSatisfying(
            TooSmallException.class, e -> assertThat(e.needed()).isEqualTo(needed));
  }
}
