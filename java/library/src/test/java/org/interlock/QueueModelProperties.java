package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.interlock.JoinableQueue.Delivery;

/**
 * A queue does what an {@link ArrayDeque} would, whatever it is told, with items of all sizes in a
 * ring that is filled, wrapped and outgrown.
 */
class QueueModelProperties {

  /** What can be told to a queue; size and count are used where they mean something. */
  enum Verb {
    OFFER,
    OFFER_ALL,
    POLL,
    DRAIN,
    PEEK,
    ITERATE,
    CONTAINS,
    CLEAR,
    // Joinable queues only:
    RECEIVE,
    FINISH,
    GIVE_BACK,
    TASK_DONE
  }

  record Step(Verb verb, int size, int count) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Verb> verbs =
        Arbitraries.frequency(
            net.jqwik.api.Tuple.of(12, Verb.OFFER),
            net.jqwik.api.Tuple.of(3, Verb.OFFER_ALL),
            net.jqwik.api.Tuple.of(8, Verb.POLL),
            net.jqwik.api.Tuple.of(1, Verb.DRAIN),
            net.jqwik.api.Tuple.of(2, Verb.PEEK),
            net.jqwik.api.Tuple.of(1, Verb.ITERATE),
            net.jqwik.api.Tuple.of(1, Verb.CONTAINS),
            net.jqwik.api.Tuple.of(1, Verb.CLEAR),
            net.jqwik.api.Tuple.of(6, Verb.RECEIVE),
            net.jqwik.api.Tuple.of(3, Verb.FINISH),
            net.jqwik.api.Tuple.of(2, Verb.GIVE_BACK),
            net.jqwik.api.Tuple.of(8, Verb.TASK_DONE));
    Arbitrary<Integer> sizes =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 40), Arbitraries.integers().between(0, 9000));
    return Combinators.combine(verbs, sizes, Arbitraries.integers().between(0, 40))
        .as(Step::new)
        .list()
        .ofMaxSize(300);
  }

  @Property(tries = 300)
  void aProcessQueueMatchesItsModel(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 50) int capacity,
      @ForAll @IntRange(min = 3, max = 60) int pages) {
    run(steps, capacity, pages * 4096L, false);
  }

  @Property(tries = 300)
  void aJoinableQueueMatchesItsModel(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 50) int capacity,
      @ForAll @IntRange(min = 3, max = 60) int pages) {
    run(steps, capacity, pages * 4096L, true);
  }

  private static void run(List<Step> steps, int capacity, long maxBytes, boolean joinable) {
    try (ProcessQueue<byte[]> queue =
        joinable
            ? JoinableQueue.create(Codec.bytes(), capacity, maxBytes)
            : ProcessQueue.create(Codec.bytes(), capacity, maxBytes)) {
      Run run = new Run(queue, capacity, maxBytes);
      for (Step step : steps) {
        run.step(step);
        run.check();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** An item of the model: its number is the order in which it was first put. */
  private record Item(int number, byte[] bytes) {}

  private static final class Run {
    private static final int RECORD = 8 + 15; // what an item may take beside its bytes

    private final ProcessQueue<byte[]> queue;
    private final int capacity;
    private final long maxBytes;
    private int numbers;
    private final ArrayDeque<Item> back = new ArrayDeque<>(); // given back, oldest first
    private final ArrayDeque<Item> fresh = new ArrayDeque<>();
    private final ArrayDeque<Item> taken = new ArrayDeque<>(); // for taskDone
    private final List<Item> received = new ArrayList<>();
    private final List<Delivery<byte[]>> deliveries = new ArrayList<>();

    Run(ProcessQueue<byte[]> queue, int capacity, long maxBytes) {
      this.queue = queue;
      this.capacity = capacity;
      this.maxBytes = maxBytes;
    }

    void step(Step step) throws InterruptedException {
      switch (step.verb()) {
        case OFFER -> offer(step.size());
        case OFFER_ALL -> offerAll(step.size(), step.count());
        case POLL -> take(queue.poll());
        case DRAIN -> drain(step.count());
        case PEEK -> assertThat(queue.peek()).isEqualTo(bytesOf(next()));
        case ITERATE -> iterate();
        case CONTAINS -> contains();
        case CLEAR -> clear();
        default -> {
          if (queue instanceof JoinableQueue<byte[]> joinableQueue) {
            joinableStep(joinableQueue, step);
          }
        }
      }
    }

    private void joinableStep(JoinableQueue<byte[]> joinableQueue, Step step)
        throws InterruptedException {
      switch (step.verb()) {
        case RECEIVE -> receive(joinableQueue);
        case FINISH -> finish(step.count());
        case GIVE_BACK -> giveBack(step.count());
        default -> {
          if (taken.poll() != null) {
            joinableQueue.taskDone();
          }
        }
      }
    }

    private Item newItem(int size) {
      byte[] bytes = new byte[size];
      Arrays.fill(bytes, (byte) numbers);
      return new Item(numbers++, bytes);
    }

    private void offer(int size) {
      Item item = newItem(size);
      boolean in;
      try {
        in = queue.offer(item.bytes());
      } catch (IllegalArgumentException e) {
        assertThat(size).isGreaterThan((int) maxBytes - 25);
        return;
      }
      assertPlausible(in, size);
      if (in) {
        fresh.add(item);
      }
    }

    /** When an item goes in: always if there is plenty of room, never if there is none. */
    private void assertPlausible(boolean in, int size) {
      if (fresh.size() + back.size() >= capacity) {
        assertThat(in).isFalse();
      } else if (in) {
        assertThat(bytesInUse() + size).isLessThanOrEqualTo(maxBytes);
      } else {
        // The ring may have to leave a gap before it wraps, at most as long as the item.
        assertThat(2L * (size + RECORD) + bytesInUse() + (long) RECORD * fresh.size())
            .isGreaterThan(maxBytes / 2 - 16);
      }
    }

    private long bytesInUse() {
      long sum = 0;
      for (var items : List.of(fresh, back, taken, received)) {
        sum += items.stream().mapToLong(item -> item.bytes().length).sum();
      }
      return sum;
    }

    private void offerAll(int size, int count) throws InterruptedException {
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        items.add(newItem(size / (i + 1)));
      }
      List<byte[]> bytes = items.stream().map(Item::bytes).toList();
      int in = queue.offerAll(bytes, 0, TimeUnit.SECONDS);
      fresh.addAll(items.subList(0, in));
      assertThat(fresh.size()).isLessThanOrEqualTo(capacity);
      if (in < count) {
        assertPlausible(false, items.get(in).bytes().length);
      }
    }

    private Item next() {
      return back.isEmpty() ? fresh.peek() : back.peek();
    }

    private Item remove() {
      return back.isEmpty() ? fresh.poll() : back.poll();
    }

    private static byte[] bytesOf(Item item) {
      return item == null ? null : item.bytes();
    }

    private void take(byte[] found) {
      Item item = remove();
      assertThat(found).isEqualTo(bytesOf(item));
      if (item != null && queue instanceof JoinableQueue) {
        taken.add(item);
      }
    }

    private void drain(int most) {
      List<byte[]> drained = new ArrayList<>();
      int count = queue.drainTo(drained, most);
      assertThat(count).isEqualTo(Math.min(most, fresh.size() + back.size()));
      drained.forEach(this::take);
    }

    private List<byte[]> expected() {
      List<byte[]> all = new ArrayList<>();
      back.forEach(item -> all.add(item.bytes()));
      fresh.forEach(item -> all.add(item.bytes()));
      return all;
    }

    private void iterate() {
      assertThat(new ArrayList<>(queue)).containsExactlyElementsOf(expected());
    }

    private void contains() {
      for (Item item : fresh) {
        assertThat(queue.contains(item.bytes().clone())).isTrue();
      }
      assertThat(queue.contains(new byte[9001])).isFalse();
    }

    private void clear() {
      queue.clear();
      fresh.clear();
      back.clear();
    }

    private void receive(JoinableQueue<byte[]> joinableQueue) throws InterruptedException {
      Delivery<byte[]> delivery = joinableQueue.receive(0, TimeUnit.SECONDS).orElse(null);
      boolean again = !back.isEmpty();
      Item item = remove();
      assertThat(delivery == null ? null : delivery.item()).isEqualTo(bytesOf(item));
      if (delivery != null) {
        assertThat(delivery.isRedelivered()).isEqualTo(again);
        received.add(item);
        deliveries.add(delivery);
      }
    }

    private void finish(int choice) {
      if (!deliveries.isEmpty()) {
        int index = choice % deliveries.size();
        deliveries.remove(index).done();
        received.remove(index);
      }
    }

    private void giveBack(int choice) {
      if (!deliveries.isEmpty()) {
        int index = choice % deliveries.size();
        deliveries.remove(index).close();
        List<Item> sorted = new ArrayList<>(back);
        sorted.add(received.remove(index));
        sorted.sort(java.util.Comparator.comparingInt(Item::number));
        back.clear();
        back.addAll(sorted);
      }
    }

    void check() {
      int size = fresh.size() + back.size();
      assertThat(queue.size()).isEqualTo(size);
      assertThat(queue.isEmpty()).isEqualTo(size == 0);
      assertThat(queue.remainingCapacity()).isEqualTo(Math.max(0, capacity - size));
      if (size >= capacity) {
        assertThat(queue.isFull()).isTrue();
      }
      if (queue instanceof JoinableQueue<byte[]> joinableQueue) {
        assertThat(joinableQueue.unfinished()).isEqualTo(size + taken.size() + received.size());
      }
    }
  }
}
