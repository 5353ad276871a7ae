package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a clear error, and nothing is lost but what could not be read. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class QueueFailuresTest {
  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final boolean joinable;
  private ProcessQueue<Long> queue;

  QueueFailuresTest(boolean joinable) {
    this.joinable = joinable;
  }

  @BeforeEach
  void open() {
    queue = create(new FailingCodec(), 100, 1 << 20);
  }

  @AfterEach
  void close() {
    queue.close();
  }

  private <E> ProcessQueue<E> create(Codec<E> codec, int capacity, long maxBytes) {
    return joinable
        ? JoinableQueue.create(codec, capacity, maxBytes)
        : ProcessQueue.create(codec, capacity, maxBytes);
  }

  private <E> ProcessQueue<E> open(String name, Codec<E> codec, int capacity) {
    return joinable
        ? JoinableQueue.open(name, codec, capacity)
        : ProcessQueue.open(name, codec, capacity);
  }

  // ------------------------------------------------------------------ parameters

  @Test
  void boundsAreChecked() {
    for (int capacity : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> create(Codec.longs(), capacity, 4096))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("capacity")
          .hasMessageContaining("" + capacity);
    }
    for (long maxBytes : new long[] {0, -1, Long.MIN_VALUE, (16L << 30) + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> create(Codec.longs(), 1, maxBytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maxBytes")
          .hasMessageContaining("" + maxBytes);
    }
    assertThatThrownBy(() -> create(null, 1, 4096)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> open(null, Codec.longs(), 1)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> open("a/b", Codec.longs(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcessQueue.find(null, Codec.longs()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> JoinableQueue.find(null, Codec.longs()))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void theWidestBoundsWork() throws Exception {
    try (ProcessQueue<Long> widest = create(Codec.longs(), ProcessQueue.UNBOUNDED, 16L << 30);
        ProcessQueue<Long> smallest = create(Codec.longs(), 1, 1)) {
      for (ProcessQueue<Long> each : List.of(widest, smallest)) {
        each.put(5L);
        assertThat(each.take()).isEqualTo(5);
      }
    }
  }

  /** Longs, under another name. */
  record Named(String id) implements Codec<Long> {
    @Override
    public void encode(Long item, ByteBuffer target) {
      target.putLong(item);
    }

    @Override
    public Long decode(ByteBuffer source) {
      return source.getLong();
    }
  }

  @Test
  void idsOfCodecsAreChecked() throws Exception {
    for (String id : new String[] {"", " ", "a b", "\u00e4", "a\0b", "x".repeat(64), "tab\t"}) {
      assertThatThrownBy(() -> create(new Named(id), 1, 4096))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("codec");
    }
    assertThatThrownBy(() -> create(new Named(null), 1, 4096))
        .isInstanceOf(NullPointerException.class);
    String name = memory.name();
    try (ProcessQueue<Long> named = open(name, new Named("x".repeat(63)), 1)) {
      named.put(1L);
      assertThat(open(name, new Named("x".repeat(63)), 1).take()).isEqualTo(1);
    }
  }

  @Test
  void aNameThatIsSomethingElseIsRefusedAndUnharmed() throws Exception {
    String name = memory.name();
    try (ProcessQueue<Long> there = open(name, Codec.longs(), 5)) {
      there.put(7L);
      assertThatThrownBy(() -> open(name, Codec.longs(), 6))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll(name, "capacity 5", "capacity 6");
      assertThatThrownBy(() -> open(name, Codec.longs(), ProcessQueue.UNBOUNDED))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("capacity 5", "unbounded");
      assertThatThrownBy(() -> open(name, Codec.strings(), 5))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("i64", "utf8");
      assertThatThrownBy(() -> ProcessLock.open(name))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("ProcessLock", joinable ? "JoinableQueue" : "ProcessQueue");
      QueueFailuresTest otherKind = new QueueFailuresTest(!joinable);
      assertThatThrownBy(() -> otherKind.open(name, Codec.longs(), 5))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("ProcessQueue", "JoinableQueue");
      assertThat(there.take()).isEqualTo(7);
    }
    String lock = memory.name();
    try (ProcessLock there = ProcessLock.open(lock)) {
      assertThatThrownBy(() -> open(lock, Codec.longs(), 5))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("ProcessLock");
      assertThat(there.tryLock()).isTrue();
      there.unlock();
    }
  }

  @Test
  void findTakesWhatIsThere() throws Exception {
    String name = memory.name();
    assertThat(ProcessQueue.find(name, Codec.longs())).isEmpty();
    assertThat(JoinableQueue.find(name, Codec.longs())).isEmpty();
    assertThat(SharedMemory.exists(name)).isFalse();
    try (ProcessQueue<Long> there = open(name, Codec.longs(), 5)) {
      there.put(7L);
      try (ProcessQueue<Long> found = find(name, Codec.longs())) {
        assertThat(found.capacity()).isEqualTo(5);
        assertThat(found).isEqualTo(there).hasSameHashCodeAs(there);
        assertThat(found.take()).isEqualTo(7);
      }
      assertThatThrownBy(() -> find(name, Codec.strings()))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContainingAll("i64", "utf8");
      QueueFailuresTest otherKind = new QueueFailuresTest(!joinable);
      assertThatThrownBy(() -> otherKind.find(name, Codec.longs()))
          .isInstanceOf(IncompatibleObjectException.class);
    }
  }

  private <E> ProcessQueue<E> find(String name, Codec<E> codec) {
    return joinable
        ? JoinableQueue.find(name, codec).orElseThrow()
        : ProcessQueue.find(name, codec).orElseThrow();
  }

  // ------------------------------------------------------------------ size of items

  @Test
  void anItemThatNeverFitsIsRefused() throws Exception {
    int maxBytes = 8192;
    int largest = maxBytes - 24;
    try (ProcessQueue<byte[]> bytes = create(Codec.bytes(), 100, maxBytes)) {
      bytes.put(new byte[] {1});
      for (int length : new int[] {largest + 1, 2 * maxBytes, 1 << 24}) {
        assertThatThrownBy(() -> bytes.put(new byte[length]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(length + " bytes", "largest has " + largest, "8192");
        assertThatThrownBy(() -> bytes.offer(new byte[length]))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bytes.offer(new byte[length], 0, TimeUnit.SECONDS))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bytes.offerAll(List.of(new byte[length]), 0, TimeUnit.SECONDS))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(bytes.size()).isEqualTo(1);
      take(bytes);
      for (int i = 0; i < 5; i++) {
        bytes.put(new byte[largest]);
        assertThat(bytes.isFull()).isTrue();
        assertThat(bytes.offer(new byte[0])).isFalse();
        assertThat(take(bytes)).hasSize(largest);
      }
    }
  }

  private static <E> E take(ProcessQueue<E> queue) throws InterruptedException {
    E item = queue.take();
    if (queue instanceof JoinableQueue<E> joinable) {
      joinable.taskDone();
    }
    return item;
  }

  @Test
  void stringsAndObjectsThatNeverFitAreRefusedToo() throws Exception {
    try (ProcessQueue<String> strings = create(Codec.strings(), 100, 4096);
        ProcessQueue<String> objects = create(Codec.objects(), 100, 4096)) {
      for (ProcessQueue<String> each : List.of(strings, objects)) {
        each.put("x".repeat(4000));
        take(each);
        for (int length : new int[] {4200, 1 << 20}) {
          assertThatThrownBy(() -> each.put("x".repeat(length)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("can never fit");
        }
        assertThat(each.isEmpty()).isTrue();
      }
    }
  }

  // ------------------------------------------------------------------ codecs that throw

  @Test
  void whatCanNotBeEncodedIsNotIn() throws Exception {
    for (long item :
        new long[] {FailingCodec.UNWRITABLE, FailingCodec.FLIPPED, FailingCodec.ENDLESS}) {
      Class<?> expected =
          item == FailingCodec.UNWRITABLE
              ? UnsupportedOperationException.class
              : item == FailingCodec.FLIPPED
                  ? IllegalStateException.class
                  : IllegalArgumentException.class;
      assertThatThrownBy(() -> queue.put(item)).isInstanceOf(expected);
      assertThatThrownBy(() -> queue.offer(item)).isInstanceOf(expected);
      assertThatThrownBy(() -> queue.add(item)).isInstanceOf(expected);
      assertThatThrownBy(() -> queue.offer(item, 1, TimeUnit.SECONDS)).isInstanceOf(expected);
      assertThatThrownBy(() -> queue.offerAll(List.of(item, 1L), 1, TimeUnit.SECONDS))
          .isInstanceOf(expected);
    }
    assertThat(queue.isEmpty()).isTrue();
    queue.put(3L);
    assertThat(queue.take()).isEqualTo(3);
  }

  @Test
  void offerAllTellsHowFarItCameBeforeItFailed() throws Exception {
    List<Long> items = List.of(1L, 2L, 3L, FailingCodec.UNWRITABLE, 5L);
    assertThat(queue.offerAll(items, 1, TimeUnit.SECONDS)).isEqualTo(3);
    assertThatThrownBy(() -> queue.offerAll(items.subList(3, 5), 1, TimeUnit.SECONDS))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(queue.offerAll(items.subList(4, 5), 1, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(new ArrayList<>(queue)).containsExactly(1L, 2L, 3L, 5L);
  }

  @Test
  void whatCanNotBeSerialisedIsNamedAndNotIn() {
    try (ProcessQueue<Object> objects = create(Codec.objects(), 10, 1 << 20)) {
      assertThatThrownBy(() -> objects.put(List.of(Thread.currentThread())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("java.lang.Thread")
          .hasCauseInstanceOf(NotSerializableException.class);
      assertThat(objects.isEmpty()).isTrue();
    }
  }

  private static byte[] bytesOf(long item) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(item).array();
  }

  @Test
  void whatCanNotBeDecodedIsGoneAndItsBytesAreTold() throws Exception {
    List<LongFunction<Object>> ways =
        List.of(
            item -> unchecked(() -> queue.take()),
            item -> queue.poll(),
            item -> unchecked(() -> queue.poll(1, TimeUnit.SECONDS)),
            item -> queue.remove(),
            item -> queue.drainTo(new ArrayList<>(), 1),
            item -> queue.drainTo(new ArrayBlockingQueue<>(1)));
    for (long item :
        new long[] {
          FailingCodec.UNREADABLE,
          FailingCodec.NULL,
          FailingCodec.NO_CLASS,
          FailingCodec.OWN_DECODE_EXCEPTION
        }) {
      for (LongFunction<Object> way : ways) {
        queue.put(item);
        queue.put(8L);
        assertThatThrownBy(() -> way.apply(item))
            .isInstanceOfSatisfying(
                DecodeException.class, e -> assertThat(e.bytes()).isEqualTo(bytesOf(item)))
            .hasMessageContainingAll(queue.name(), "failing", "8 bytes")
            .hasCauseInstanceOf(Throwable.class);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(take(queue)).isEqualTo(8);
      }
    }
    if (queue instanceof JoinableQueue<Long> joinableQueue) {
      assertThat(joinableQueue.unfinished()).isZero();
    }
  }

  private static Object unchecked(java.util.concurrent.Callable<?> call) {
    try {
      return call.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void lookingAtWhatCanNotBeDecodedLeavesItThere() throws Exception {
    queue.addAll(List.of(1L, FailingCodec.UNREADABLE, 3L));
    Iterator<Long> items = queue.iterator();
    assertThat(items.next()).isEqualTo(1);
    assertThatThrownBy(items::hasNext).isInstanceOf(DecodeException.class);
    assertThat(items.hasNext()).isTrue();
    assertThat(items.next()).isEqualTo(3);
    assertThat(items.hasNext()).isFalse();
    assertThat(queue.contains(3L)).isTrue();
    assertThat(queue.contains(4L)).isFalse();
    take(queue);
    assertThatThrownBy(queue::peek).isInstanceOf(DecodeException.class);
    assertThat(queue.size()).isEqualTo(2);
    queue.clear();
    assertThat(queue.isEmpty()).isTrue();
  }

  /** All that left the queue along with it is in the target, in order. */
  @Test
  void drainToTellsOfWhatCanNotBeDecodedWhenTheOthersAreDelivered() throws Exception {
    queue.addAll(List.of(1L, FailingCodec.UNREADABLE, 3L, FailingCodec.NULL, 5L));
    List<Long> drained = new ArrayList<>();
    assertThatThrownBy(() -> queue.drainTo(drained))
        .isInstanceOfSatisfying(
            DecodeException.class,
            e -> {
              assertThat(e.bytes()).isEqualTo(bytesOf(FailingCodec.UNREADABLE));
              assertThat(e.getSuppressed())
                  .singleElement()
                  .extracting(other -> ((DecodeException) other).bytes())
                  .isEqualTo(bytesOf(FailingCodec.NULL));
            });
    assertThat(drained).containsExactly(1L, 3L, 5L);
    assertThat(queue.isEmpty()).isTrue();
    queue.put(6L);
    assertThat(queue.drainTo(drained)).isEqualTo(1);
  }

  /** A target that may refuse an item gets them one by one. */
  @Test
  void drainToATargetThatMayRefuseStopsAtWhatCanNotBeDecoded() throws Exception {
    queue.addAll(List.of(1L, 2L, FailingCodec.UNREADABLE, 4L));
    ArrayBlockingQueue<Long> drained = new ArrayBlockingQueue<>(10);
    assertThatThrownBy(() -> queue.drainTo(drained)).isInstanceOf(DecodeException.class);
    assertThat(drained).containsExactly(1L, 2L);
    assertThat(queue.drainTo(drained)).isEqualTo(1);
    assertThat(drained).containsExactly(1L, 2L, 4L);
  }

  // ------------------------------------------------------------------ files

  @Test
  void aFileThatIsNoQueueIsRefused() throws Exception {
    for (byte[] content :
        List.of(
            new byte[100_000],
            "hello".repeat(10_000).getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
      String name = memory.name();
      java.nio.file.Files.write(SharedMemory.file(name), content);
      if (content[0] != 0) {
        assertThatThrownBy(() -> open(name, Codec.longs(), 1))
            .isInstanceOf(CorruptObjectException.class)
            .hasMessageContaining(name);
        assertThatThrownBy(() -> find(name, Codec.longs()))
            .isInstanceOf(CorruptObjectException.class);
      } else {
        open(name, Codec.longs(), 1).close(); // nobody finished making it
      }
    }
  }

  @Test
  void aTruncatedQueueIsRefused() throws Exception {
    for (long size : new long[] {100, 1024, 4096, 8192, 10_000}) {
      String name = memory.name();
      try (ProcessQueue<Long> there = open(name, Codec.longs(), 1)) {
        there.put(1L);
      }
      try (var file =
          java.nio.channels.FileChannel.open(
              SharedMemory.file(name), java.nio.file.StandardOpenOption.WRITE)) {
        file.truncate(size);
      }
      assertThatThrownBy(() -> open(name, Codec.longs(), 1))
          .as("%d bytes", size)
          .isInstanceOf(CorruptObjectException.class);
      assertThat(Shared.unlink(name)).isTrue();
      try (ProcessQueue<Long> anew = open(name, Codec.longs(), 1)) {
        assertThat(anew.isEmpty()).isTrue();
      }
    }
  }
}
