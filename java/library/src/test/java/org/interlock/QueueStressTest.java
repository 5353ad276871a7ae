package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads of one process at one queue, interrupted, timed out, closed upon. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class QueueStressTest {
  private static final int THREADS = 4;

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final boolean joinable;
  private final List<Actor> actors = new ArrayList<>();

  QueueStressTest(boolean joinable) {
    this.joinable = joinable;
  }

  @AfterEach
  void close() {
    actors.forEach(Actor::close);
  }

  private Actor actor() {
    Actor actor = new Actor();
    actors.add(actor);
    return actor;
  }

  private <E> ProcessQueue<E> open(String name, Codec<E> codec, int capacity) {
    return joinable
        ? JoinableQueue.open(name, codec, capacity, 1 << 16)
        : ProcessQueue.open(name, codec, capacity, 1 << 16);
  }

  private static void finish(ProcessQueue<?> queue) {
    if (queue instanceof JoinableQueue<?> joinableQueue) {
      joinableQueue.taskDone();
    }
  }

  // ------------------------------------------------------------------ bytes

  /** The large one waits in front, or behind the small one. */
  @Test
  void aSmallPutDoesNotWaitBehindALargeOne() throws Exception {
    for (boolean largeFirst : new boolean[] {true, false}) {
      try (ProcessQueue<byte[]> queue = open(memory.name(), Codec.bytes(), 1000)) {
        for (int i = 0; i < 6; i++) {
          queue.put(new byte[10_000]);
        }
        Actor first = actor();
        Actor second = actor();
        Future<Void> large;
        Future<Void> small;
        if (largeFirst) {
          large = first.start(() -> queue.put(new byte[40_000]));
          first.awaitInside("waitSleep");
          small = second.start(() -> queue.put(new byte[6000]));
          second.awaitInside("park");
        } else {
          small = first.start(() -> queue.put(new byte[6000]));
          first.awaitInside("waitSleep");
          large = second.start(() -> queue.put(new byte[40_000]));
          second.awaitInside("park");
        }
        queue.take();
        finish(queue);
        Actor.result(small);
        assertThat(large.isDone()).isFalse();
        queue.clear();
        Actor.result(large);
        assertThat(queue.size()).isEqualTo(1);
      }
    }
  }

  // ------------------------------------------------------------------ exactly once

  /** What went in and came out; each number once. */
  private static final class Ledger {
    private final AtomicIntegerArray in;
    private final AtomicIntegerArray out;

    Ledger(int numbers) {
      in = new AtomicIntegerArray(numbers);
      out = new AtomicIntegerArray(numbers);
    }

    void assertEqual() {
      for (int i = 0; i < in.length(); i++) {
        assertThat(out.get(i)).as("item %d", i).isEqualTo(in.get(i)).isLessThan(2);
      }
    }
  }

  @RepeatedTest(3)
  void whatWentInComesOutOnceThoughThreadsAreInterrupted() throws Exception {
    int each = 1500;
    Ledger ledger = new Ledger(THREADS * each);
    try (ProcessQueue<Long> queue = open(memory.name(), Codec.longs(), 2)) {
      List<Future<Void>> producers = new ArrayList<>();
      List<Future<Void>> consumers = new ArrayList<>();
      List<Actor> victims = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int from = t * each;
        Actor producer = actor();
        Actor consumer = actor();
        victims.addAll(List.of(producer, consumer));
        producers.add(producer.start(() -> produce(queue, from, each, ledger)));
        consumers.add(consumer.start(() -> consume(queue, ledger)));
      }
      Random random = new Random(1);
      while (!producers.stream().allMatch(Future::isDone)) {
        victims.get(random.nextInt(victims.size())).thread().interrupt();
        Thread.sleep(0, random.nextInt(500_000));
      }
      for (Future<Void> producer : producers) {
        Actor.result(producer);
      }
      if (queue instanceof JoinableQueue<Long> joinableQueue) {
        joinableQueue.join();
      }
      queue.shutdown();
      for (Future<Void> consumer : consumers) {
        Actor.result(consumer);
      }
      assertThat(queue.size()).isZero();
    }
    ledger.assertEqual();
  }

  private static void produce(ProcessQueue<Long> queue, int from, int count, Ledger ledger) {
    Random random = new Random(from);
    for (int number = from; number < from + count; number++) {
      try {
        boolean in =
            switch (random.nextInt(4)) {
              case 0 -> queue.offer((long) number);
              case 1 -> queue.offer((long) number, random.nextInt(2_000_000), TimeUnit.NANOSECONDS);
              case 2 -> queue.offerAll(List.of((long) number), 1, TimeUnit.MILLISECONDS) == 1;
              default -> {
                queue.put((long) number);
                yield true;
              }
            };
        if (in) {
          ledger.in.incrementAndGet(number);
        }
      } catch (InterruptedException e) {
        // It is not in.
      }
    }
  }

  private static void consume(ProcessQueue<Long> queue, Ledger ledger) {
    Random random = new Random(7);
    while (true) {
      try {
        Long item =
            switch (random.nextInt(4)) {
              case 0 -> queue.poll();
              case 1 -> queue.poll(random.nextInt(2_000_000), TimeUnit.NANOSECONDS);
              case 2 -> receive(queue);
              default -> queue.take();
            };
        if (item != null) {
          ledger.out.incrementAndGet(item.intValue());
          finishUnlessReceived(queue);
        }
      } catch (InterruptedException e) {
        // Nothing was taken.
      } catch (QueueShutdownException e) {
        return;
      }
    }
  }

  /** Gives every other one back first. */
  private static Long receive(ProcessQueue<Long> queue) throws InterruptedException {
    if (!(queue instanceof JoinableQueue<Long> joinableQueue)) {
      return queue.poll();
    }
    var delivery = joinableQueue.receive(1, TimeUnit.MILLISECONDS).orElse(null);
    if (delivery == null) {
      return null;
    }
    try (delivery) {
      if (delivery.item() % 2 == 0 && !delivery.isRedelivered()) {
        return null;
      }
      delivery.done();
      RECEIVED.set(true);
      return delivery.item();
    }
  }

  private static final ThreadLocal<Boolean> RECEIVED = ThreadLocal.withInitial(() -> false);

  private static void finishUnlessReceived(ProcessQueue<Long> queue) {
    if (!RECEIVED.get()) {
      finish(queue);
    }
    RECEIVED.set(false);
  }

  @RepeatedTest(3)
  void itemsOfOneProducerStayInOrderForEachConsumer() throws Exception {
    int each = 20_000;
    try (ProcessQueue<Long> queue = open(memory.name(), Codec.longs(), 50)) {
      List<Future<Void>> producers = new ArrayList<>();
      List<Future<BitSet>> consumers = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        long from = (long) t * each;
        producers.add(
            actor()
                .start(
                    () -> {
                      for (long i = from; i < from + each; i++) {
                        queue.put(i);
                      }
                    }));
        consumers.add(actor().begin(() -> takeInOrder(queue, each)));
      }
      for (Future<Void> producer : producers) {
        Actor.result(producer);
      }
      queue.shutdown();
      BitSet all = new BitSet();
      for (Future<BitSet> consumer : consumers) {
        BitSet seen = Actor.result(consumer);
        assertThat(all.intersects(seen)).isFalse();
        all.or(seen);
      }
      assertThat(all.cardinality()).isEqualTo(THREADS * each);
    }
  }

  private static BitSet takeInOrder(ProcessQueue<Long> queue, int each) throws Exception {
    BitSet seen = new BitSet();
    long[] last = {-1, -1, -1, -1};
    try {
      while (true) {
        long item = queue.take();
        int producer = (int) (item / each);
        assertThat(item).isGreaterThan(last[producer]);
        last[producer] = item;
        seen.set((int) item);
        finish(queue);
      }
    } catch (QueueShutdownException e) {
      return seen;
    }
  }

  // ------------------------------------------------------------------ closing

  /** Threads in every operation when the last handle goes; nothing crashes, nothing is lost. */
  @RepeatedTest(10)
  void closingWhileOthersAreInside() throws Exception {
    String name = memory.name();
    AtomicInteger balance = new AtomicInteger(); // items that should be there
    ProcessQueue<Long> queue = open(name, Codec.longs(), 20);
    List<Future<Void>> running = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      running.add(actor().start(() -> putUntilClosed(queue, balance)));
      running.add(actor().start(() -> takeUntilClosed(queue, balance)));
      running.add(actor().start(() -> lookUntilClosed(queue)));
    }
    Thread.sleep(5);
    queue.close();
    for (Future<Void> each : running) {
      assertThatThrownBy(() -> Actor.result(each)).isInstanceOf(ClosedObjectException.class);
    }
    try (ProcessQueue<Long> again = open(name, Codec.longs(), 20)) {
      // Takers count after they took, so one more may be out; none may be left over.
      assertThat(again.size()).isEqualTo(balance.get());
      again.clear();
      again.put(1L);
      assertThat(again.take()).isEqualTo(1);
    }
  }

  private static void putUntilClosed(ProcessQueue<Long> queue, AtomicInteger balance)
      throws InterruptedException {
    for (long i = 0; ; i++) {
      if (i % 3 == 0 ? queue.offer(i) : queue.offer(i, 1, TimeUnit.SECONDS)) {
        balance.incrementAndGet();
      }
    }
  }

  private static void takeUntilClosed(ProcessQueue<Long> queue, AtomicInteger balance)
      throws InterruptedException {
    for (int i = 0; ; i++) {
      Long item = i % 3 == 0 ? queue.poll() : queue.poll(1, TimeUnit.SECONDS);
      if (item != null) {
        if (queue instanceof JoinableQueue<Long> joinableQueue) {
          joinableQueue.taskDone(); // if this throws, it comes again
        }
        balance.decrementAndGet();
      }
    }
  }

  private static void lookUntilClosed(ProcessQueue<Long> queue) {
    while (true) {
      queue.forEach(item -> {});
      queue.peek();
      assertThat(queue.size()).isNotNegative();
      queue.isFull();
      assertThat(queue.toString()).isNotEmpty();
    }
  }

  @Test
  void openingAndClosingAtOnceFromManyThreads() throws Exception {
    String name = memory.name();
    List<Future<Void>> running = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      running.add(
          actor()
              .start(
                  () -> {
                    for (int i = 0; i < 50; i++) {
                      try (ProcessQueue<Long> queue = open(name, Codec.longs(), 1000)) {
                        queue.put(1L);
                        queue.take();
                        finish(queue);
                      }
                    }
                  }));
    }
    for (Future<Void> each : running) {
      Actor.result(each);
    }
    try (ProcessQueue<Long> queue = open(name, Codec.longs(), 1000)) {
      assertThat(queue.size()).isZero();
    }
  }
}
