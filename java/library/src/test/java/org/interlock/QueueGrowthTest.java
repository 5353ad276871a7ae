package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring grows, wraps, and gives its memory back. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class QueueGrowthTest {
  private static final int MEGABYTE = 1 << 20;

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final boolean joinable;

  QueueGrowthTest(boolean joinable) {
    this.joinable = joinable;
  }

  private ProcessQueue<byte[]> open(String name, long maxBytes) {
    return joinable
        ? JoinableQueue.open(name, Codec.bytes(), ProcessQueue.UNBOUNDED, maxBytes)
        : ProcessQueue.open(name, Codec.bytes(), ProcessQueue.UNBOUNDED, maxBytes);
  }

  private static byte[] take(ProcessQueue<byte[]> queue) throws InterruptedException {
    byte[] item = queue.take();
    if (queue instanceof JoinableQueue<byte[]> joinableQueue) {
      joinableQueue.taskDone();
    }
    return item;
  }

  /** Every length of an item, in rings of one region and of several. */
  @ParameterizedTest
  @ValueSource(ints = {4096, 8192, 65_536, 69_632, 196_608})
  void everyLengthFillsTheRingAndWraps(int maxBytes) throws Exception {
    for (int length = 0; length <= maxBytes - 24; length = nextLength(length, maxBytes)) {
      try (ProcessQueue<byte[]> queue = open(memory.name(), maxBytes)) {
        fillAndDrain(queue, length, maxBytes);
        queue.unlink();
      }
    }
  }

  /** Each of the first, then about thirty, and each of the last few. */
  private static int nextLength(int length, int maxBytes) {
    int largest = maxBytes - 24;
    boolean dense = length < 34 || length > largest - 20;
    return dense ? length + 1 : Math.min(length + Math.max(1, maxBytes / 31), largest - 19);
  }

  private static void fillAndDrain(ProcessQueue<byte[]> queue, int length, int maxBytes)
      throws InterruptedException {
    ArrayDeque<Integer> model = new ArrayDeque<>();
    int next = 0;
    int most = 0;
    for (int round = 0; round < 4; round++) {
      while (queue.offer(item(next, length))) {
        model.add(next++);
      }
      most = Math.max(most, model.size());
      assertThat(queue.size()).isEqualTo(model.size()).isPositive();
      // Leaves one, a half, none of them.
      int keep = round == 0 ? 1 : round == 1 ? model.size() / 2 : 0;
      while (model.size() > keep) {
        assertThat(take(queue)).isEqualTo(item(model.remove(), length));
      }
    }
    assertThat(queue.poll()).isNull();
    // Where a region ends (there are three at most), less than a record may stay empty.
    int record = (8 + length + 15) / 16 * 16;
    assertThat(most).isGreaterThanOrEqualTo(Math.max(1, (maxBytes - 16) / record - 3));
  }

  private static byte[] item(int number, int length) {
    byte[] item = new byte[length];
    Arrays.fill(item, (byte) (number * 31 + length));
    return item;
  }

  // ------------------------------------------------------------------ memory

  /** What the file takes, in bytes. */
  private static long used(String name) throws Exception {
    Process stat =
        new ProcessBuilder("stat", "-c", "%b", SharedMemory.file(name).toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(stat.waitFor()).isZero();
    return Long.parseLong(blocks.trim()) * 512;
  }

  @Test
  void aQueueThatWasLargeGivesBackWhatItLeftBehind() throws Exception {
    String name = memory.name();
    try (ProcessQueue<byte[]> queue = open(name, 256L * MEGABYTE)) {
      assertThat(used(name)).isLessThan(200_000);
      for (int i = 0; i < 60; i++) {
        queue.put(new byte[MEGABYTE]);
      }
      long full = used(name);
      assertThat(full).isBetween(60L * MEGABYTE, 70L * MEGABYTE);
      for (int i = 0; i < 60; i++) {
        assertThat(take(queue)).hasSize(MEGABYTE);
      }
      // Of 64 KiB + 128 KiB + ... only the region that is in use is still there.
      assertThat(used(name)).isLessThan(full - 20L * MEGABYTE);
    }
  }

  @Test
  void lookingDoesNotBringBackWhatWasGivenBack() throws Exception {
    String name = memory.name();
    try (ProcessQueue<byte[]> queue = open(name, 256L * MEGABYTE)) {
      for (int i = 0; i < 40; i++) {
        queue.put(new byte[MEGABYTE]);
      }
      var items = queue.iterator();
      assertThat(items.hasNext()).isTrue();
      for (int i = 0; i < 39; i++) {
        take(queue);
      }
      long small = used(name);
      assertThat(queue.peek()).hasSize(MEGABYTE);
      assertThat(queue).hasSize(1);
      items.forEachRemaining(item -> {});
      assertThat(used(name)).isLessThanOrEqualTo(small);
    }
  }

  private static List<String> mapsAndDescriptors(String name) throws IOException {
    List<String> found = new ArrayList<>();
    Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("interlock." + name))
        .forEach(found::add);
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      descriptors
          .map(QueueGrowthTest::target)
          .filter(target -> target.contains("interlock." + name))
          .forEach(found::add);
    }
    return found;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  @Test
  void closingGivesTheMemoryBackAtOnce() throws Exception {
    String name;
    try (ProcessQueue<byte[]> queue = open(memory.name(), 256L * MEGABYTE)) {
      name = queue.name();
      for (int i = 0; i < 20; i++) {
        queue.put(new byte[MEGABYTE]);
      }
      assertThat(mapsAndDescriptors(name)).isNotEmpty();
      queue.unlink();
    }
    // The file has no name any more: with the last map and descriptor its memory is gone.
    assertThat(mapsAndDescriptors(name)).isEmpty();
  }
}
