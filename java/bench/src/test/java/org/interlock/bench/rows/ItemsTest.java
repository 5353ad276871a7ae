package org.interlock.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.interlock.Codec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ItemsTest {
  static List<Items<?>> all() {
    return List.of(Items.bytes(64), new Items.Longs(), new Items.Strings(), new Items.Objects());
  }

  @ParameterizedTest
  @MethodSource("all")
  <E> void theNumberSurvivesTheCodec(Items<E> items) {
    for (long number : new long[] {0, 1, 123_456_789}) {
      E item = copy(items.codec(), items.make(number));

      assertThat(items.isEnd(item)).isFalse();
      assertThat(items.numberOf(item)).isEqualTo(number);
    }
    assertThat(items.isEnd(copy(items.codec(), items.end()))).isTrue();
  }

  private static <E> E copy(Codec<E> codec, E item) {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    codec.encode(item, buffer);
    return codec.decode(buffer.flip());
  }
}
