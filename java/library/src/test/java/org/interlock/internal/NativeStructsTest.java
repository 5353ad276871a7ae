package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeStructsTest {
  @Test
  void areWhatTheCompilerMadeOfThem() {
    List<Integer> compiled = Arrays.stream(HotCalls.structLayouts()).boxed().toList();
    assertThat(NativeStructs.all()).isEqualTo(compiled);
  }

  @Test
  void anArenaGivesAlignedMemory() {
    try (NativeArena arena = new NativeArena()) {
      for (int size : new int[] {1, 7, 8, 4095, 4096, 10_000, 3}) {
        ByteBuffer memory = arena.allocate(size);
        assertThat(NativeArena.addressOf(memory) % 8).isZero();
        assertThat(memory.capacity()).isEqualTo(size);
        for (int i = 0; i < size; i++) {
          assertThat(memory.get(i)).isZero();
          memory.put(i, (byte) -1);
        }
      }
      assertThat(arena.strings(List.of("a", "\u00e4"))).isNotZero();
    }
  }
}
