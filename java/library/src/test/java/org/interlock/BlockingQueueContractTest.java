package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code java.util.concurrent.BlockingQueue} and its ancestors demand, after the JSR 166 TCK,
 * as far as one thread can tell. Waiting is in QueueWaitingTest.
 */
@ParameterizedClass
@MethodSource("org.interlock.QueueVariant#all")
class BlockingQueueContractTest<E> {
  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final QueueVariant<E> variant;
  private ProcessQueue<E> queue;

  BlockingQueueContractTest(QueueVariant<E> variant) {
    this.variant = variant;
  }

  @BeforeEach
  void open() {
    queue = variant.create();
  }

  @AfterEach
  void close() {
    Thread.interrupted();
    queue.close();
  }

  private int fill() {
    for (int i = 0; i < variant.fill(); i++) {
      assertThat(queue.offer(variant.item(i))).isTrue();
    }
    return variant.fill();
  }

  private List<E> items(int count) {
    return IntStream.range(0, count).mapToObj(variant::item).toList();
  }

  private void assertItem(int number, Object found) {
    assertThat(variant.isItem(number, found)).as("%s is item %d", found, number).isTrue();
  }

  private void assertItems(int count, List<?> found) {
    assertThat(found).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertItem(i, found.get(i));
    }
  }

  // ------------------------------------------------------------------ states

  @Test
  void aNewQueueIsEmpty() throws Exception {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.isFull()).isFalse();
    assertThat(queue.size()).isZero();
    assertThat(queue.capacity()).isEqualTo(variant.capacity());
    assertThat(queue.remainingCapacity()).isEqualTo(variant.capacity());
    assertThat(queue.isShutdown()).isFalse();
    assertThat(queue.peek()).isNull();
    assertThat(queue.poll()).isNull();
    assertThat(queue.poll(0, TimeUnit.SECONDS)).isNull();
    assertThat(queue.poll(-1, TimeUnit.DAYS)).isNull();
    assertThat(queue.poll(Long.MIN_VALUE, TimeUnit.DAYS)).isNull();
    assertThat(queue.iterator().hasNext()).isFalse();
    assertThat(queue.toArray()).isEmpty();
    assertThatThrownBy(queue::element).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(queue::remove).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void sizeAndRemainingCapacityFollowEachPutAndTake() throws Exception {
    for (int i = 0; i < variant.fill(); i++) {
      assertThat(queue.remainingCapacity()).isEqualTo(variant.capacity() - i);
      assertThat(queue.size()).isEqualTo(i);
      assertThat(queue.isFull()).isFalse();
      queue.put(variant.item(i));
      assertThat(queue.isEmpty()).isFalse();
    }
    assertThat(queue.isFull()).isEqualTo(variant.isBounded());
    for (int i = variant.fill(); i > 0; i--) {
      assertThat(queue.size()).isEqualTo(i);
      queue.take();
      assertThat(queue.remainingCapacity()).isEqualTo(variant.capacity() - i + 1);
    }
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    int count = fill();
    if (variant.isBounded()) {
      assertThat(queue.offer(variant.item(99))).isFalse();
      assertThat(queue.offer(variant.item(99), 0, TimeUnit.SECONDS)).isFalse();
      assertThat(queue.offer(variant.item(99), Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
      assertThat(queue.offerAll(items(3), -1, TimeUnit.SECONDS)).isZero();
      assertThatThrownBy(() -> queue.add(variant.item(99)))
          .isExactlyInstanceOf(IllegalStateException.class);
    }
    assertItems(count, new ArrayList<>(queue));
  }

  // ------------------------------------------------------------------ null, and the queue itself

  @Test
  void nullIsRefusedBeforeAnyEffect() {
    assertThatThrownBy(() -> queue.put(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.add(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.offer(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.offer(null, 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.offer(variant.item(1), 1, null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.poll(1, null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.drainTo(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.drainTo(null, 0)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.addAll(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.offerAll(null, 0, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> queue.offerAll(items(1), 0, null))
        .isInstanceOf(NullPointerException.class);
    List<E> withNull = new ArrayList<>(items(1));
    withNull.add(null);
    assertThatThrownBy(() -> queue.offerAll(withNull, 0, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThat(queue.size()).isZero();
    assertThat(queue.contains(null)).isFalse();
  }

  @Test
  void aQueueIsNotPouredIntoItself() {
    fill();
    assertThatThrownBy(() -> queue.drainTo(queue)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> queue.drainTo(queue, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> queue.addAll(queue)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> queue.offerAll(queue, 0, TimeUnit.SECONDS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(queue.size()).isEqualTo(variant.fill());
  }

  @Test
  void searchingAndMendingIsNotSupported() {
    E item = variant.item(0);
    for (int i = 0; i < 2; i++) { // empty, then not
      assertThatThrownBy(() -> queue.remove(item))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> queue.remove(null))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> queue.removeIf(x -> true))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> queue.removeAll(List.of()))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> queue.retainAll(List.of()))
          .isInstanceOf(UnsupportedOperationException.class);
      Iterator<E> items = queue.iterator();
      items.forEachRemaining(found -> {});
      assertThatThrownBy(items::remove).isInstanceOf(UnsupportedOperationException.class);
      if (i == 0) {
        fill();
      }
    }
    assertThat(queue.size()).isEqualTo(variant.fill());
  }

  // ------------------------------------------------------------------ order

  @Test
  void itemsComeOutInOrderByEveryWayOfTaking() throws Exception {
    for (int round = 0; round < 20; round++) {
      int n = round;
      queue.put(variant.item(n));
      Object found =
          switch (round % 6) {
            case 0 -> queue.take();
            case 1 -> queue.poll();
            case 2 -> queue.poll(1, TimeUnit.MINUTES);
            case 3 -> queue.remove();
            case 4 -> queue.poll(Long.MAX_VALUE, TimeUnit.DAYS);
            default -> {
              List<E> drained = new ArrayList<>();
              assertThat(queue.drainTo(drained)).isEqualTo(1);
              yield drained.get(0);
            }
          };
      assertItem(n, found);
    }
  }

  @Test
  void itemsGoInInOrderByEveryWayOfPutting() throws Exception {
    int count = variant.fill();
    for (int i = 0; i < count; i++) {
      E item = variant.item(i);
      switch (i % 5) {
        case 0 -> queue.put(item);
        case 1 -> assertThat(queue.offer(item)).isTrue();
        case 2 -> assertThat(queue.offer(item, 1, TimeUnit.MINUTES)).isTrue();
        case 3 -> assertThat(queue.add(item)).isTrue();
        default ->
            assertThat(queue.offerAll(List.of(item), Long.MAX_VALUE, TimeUnit.DAYS)).isEqualTo(1);
      }
    }
    for (int i = 0; i < count; i++) {
      assertItem(i, queue.peek());
      assertItem(i, queue.element());
      assertItem(i, queue.take());
    }
  }

  // ------------------------------------------------------------------ many at a time

  @Test
  void offerAllPutsWhatFitsInOrder() throws Exception {
    List<E> items = items(variant.fill() + 3);
    int put = queue.offerAll(items, 0, TimeUnit.SECONDS);
    assertThat(put).isEqualTo(variant.isBounded() ? variant.capacity() : items.size());
    assertItems(put, new ArrayList<>(queue));
    assertThat(queue.offerAll(List.of(), 0, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void drainToTakesWhatIsThereInOrder() {
    List<E> drained = new ArrayList<>();
    assertThat(queue.drainTo(drained)).isZero();
    int count = fill();
    assertThat(queue.drainTo(drained, 0)).isZero();
    assertThat(queue.drainTo(drained, -1)).isZero();
    assertThat(queue.drainTo(drained, Integer.MIN_VALUE)).isZero();
    assertThat(queue.size()).isEqualTo(count);
    assertThat(queue.drainTo(drained, 1)).isEqualTo(1);
    assertThat(queue.drainTo(drained, 100)).isEqualTo(count - 1);
    assertThat(queue.isEmpty()).isTrue();
    assertItems(count, drained);
  }

  @Test
  void addAllAddsUntilItIsFull() {
    if (!variant.isBounded()) {
      assertThat(queue.addAll(items(5))).isTrue();
      assertThat(queue.addAll(List.of())).isFalse();
      assertItems(5, new ArrayList<>(queue));
      return;
    }
    assertThatThrownBy(() -> queue.addAll(items(variant.capacity() + 1)))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertItems(variant.capacity(), new ArrayList<>(queue));
  }

  @Test
  void clearRemovesEverything() throws Exception {
    queue.clear();
    for (int round = 0; round < 3; round++) {
      fill();
      queue.clear();
      assertThat(queue.isEmpty()).isTrue();
      assertThat(queue.poll()).isNull();
    }
    queue.put(variant.item(5));
    assertItem(5, queue.take());
  }

  // ------------------------------------------------------------------ looking

  @Test
  void lookingTakesNothing() {
    int count = fill();
    for (int round = 0; round < 2; round++) {
      assertItem(0, queue.peek());
      assertItem(0, queue.element());
      assertItems(count, new ArrayList<>(queue));
      assertItems(count, Arrays.asList(queue.toArray()));
      assertItems(count, Arrays.asList(queue.toArray(new Object[0])));
      assertItems(count, Arrays.asList(queue.toArray(new Object[count])));
      assertItems(count, queue.stream().toList());
      assertThat(queue.stream().count()).isEqualTo(count);
      List<E> seen = new ArrayList<>();
      queue.forEach(seen::add);
      assertItems(count, seen);
    }
    assertThat(queue.size()).isEqualTo(count);
  }

  @Test
  void containsComparesByWhatItemsHold() throws Exception {
    fill();
    for (int i = 0; i < variant.fill(); i++) {
      assertThat(queue.contains(variant.item(i))).isTrue();
    }
    assertThat(queue.contains(variant.item(999))).isFalse();
    assertThat(queue.contains(new Object())).isFalse();
    assertThat(queue.containsAll(items(variant.fill()))).isTrue();
    queue.take();
    assertThat(queue.contains(variant.item(0))).isFalse();
  }

  @Test
  void anIteratorKeepsWhatItPromised() {
    fill();
    Iterator<E> items = queue.iterator();
    assertThat(items.hasNext()).isTrue();
    queue.clear();
    assertThat(items.hasNext()).isTrue();
    assertItem(0, items.next());
    assertThat(items.hasNext()).isFalse();
    assertThatThrownBy(items::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anIteratorSeesWhatIsPutMeanwhileAndNothingTwice() throws Exception {
    if (variant.capacity() < 3) {
      return;
    }
    queue.put(variant.item(0));
    queue.put(variant.item(1));
    Iterator<E> items = queue.iterator();
    assertItem(0, items.next());
    queue.take();
    queue.put(variant.item(2));
    assertItem(1, items.next());
    assertItem(2, items.next());
    assertThat(items.hasNext()).isFalse();
  }

  @Test
  void toStringTellsKindNameAndState() {
    fill();
    assertThat(queue.toString())
        .startsWith(queue.getClass().getSimpleName() + "[" + queue.name() + ", ")
        .contains(variant.fill() + (variant.isBounded() ? " of " : " items"));
    queue.close();
    assertThat(queue.toString()).contains("closed");
    queue = variant.create();
  }

  // ------------------------------------------------------------------ interrupts, without waiting

  @Test
  void whatWaitsThrowsAtOnceInAnInterruptedThread() {
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> queue.put(variant.item(0)),
            () -> queue.offer(variant.item(0), 1, TimeUnit.SECONDS),
            () -> queue.offer(variant.item(0), 0, TimeUnit.SECONDS),
            () -> queue.offerAll(items(1), 1, TimeUnit.SECONDS),
            queue::take,
            () -> queue.poll(1, TimeUnit.SECONDS),
            () -> queue.poll(0, TimeUnit.SECONDS));
    for (var call : calls) {
      int before = queue.size();
      Thread.currentThread().interrupt();
      assertThatThrownBy(call).isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      assertThat(queue.size()).isEqualTo(before);
    }
  }

  @Test
  void whatDoesNotWaitKeepsTheInterrupt() {
    Thread.currentThread().interrupt();
    assertThat(queue.offer(variant.item(0))).isTrue();
    assertItem(0, queue.peek());
    assertItem(0, queue.poll());
    assertThat(queue.add(variant.item(1))).isTrue();
    assertThat(queue.drainTo(new ArrayList<>())).isEqualTo(1);
    queue.clear();
    assertThat(Collections.emptyList()).hasSameSizeAs(queue);
    assertThat(Thread.interrupted()).isTrue();
  }

  // ------------------------------------------------------------------ shutdown, without waiting

  @Test
  void afterAShutdownWhatIsLeftCanBeTaken() throws Exception {
    int count = fill();
    queue.shutdown();
    queue.shutdown();
    assertThat(queue.isShutdown()).isTrue();
    assertThatThrownBy(() -> queue.put(variant.item(9))).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.offer(variant.item(9)))
        .isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.add(variant.item(9))).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.offer(variant.item(9), 1, TimeUnit.MINUTES))
        .isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.offerAll(items(2), 1, TimeUnit.MINUTES))
        .isInstanceOf(QueueShutdownException.class);
    assertItem(0, queue.peek());
    assertThat(queue.size()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertItem(i, i % 2 == 0 ? queue.take() : queue.poll(1, TimeUnit.MINUTES));
    }
    assertThatThrownBy(queue::take).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.poll(1, TimeUnit.MINUTES))
        .isInstanceOf(QueueShutdownException.class);
    assertThat(queue.poll()).isNull();
    assertThat(queue.peek()).isNull();
    assertThat(queue.drainTo(new ArrayList<>())).isZero();
    queue.clear();
    assertThatThrownBy(queue::remove).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(queue::element).isInstanceOf(NoSuchElementException.class);
  }

  // ------------------------------------------------------------------ after close

  @Test
  void afterCloseEverythingThrowsButWhatTellsWhatItWas() throws Exception {
    fill();
    String name = queue.name();
    int hash = queue.hashCode();
    Iterator<E> items = queue.iterator();
    queue.close();
    queue.close();
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> queue.put(variant.item(0)),
            () -> queue.offer(variant.item(0)),
            () -> queue.add(variant.item(0)),
            () -> queue.offer(variant.item(0), 1, TimeUnit.SECONDS),
            () -> queue.offerAll(items(1), 1, TimeUnit.SECONDS),
            queue::take,
            queue::poll,
            queue::remove,
            queue::element,
            queue::peek,
            () -> queue.poll(1, TimeUnit.SECONDS),
            queue::size,
            queue::isEmpty,
            queue::isFull,
            queue::capacity,
            queue::remainingCapacity,
            queue::iterator,
            items::next,
            () -> queue.contains(variant.item(0)),
            () -> queue.contains(null),
            () -> queue.containsAll(List.of()),
            () -> queue.addAll(List.of()),
            () -> queue.offerAll(List.of(), 1, TimeUnit.SECONDS),
            queue::toArray,
            () -> queue.drainTo(new ArrayList<>()),
            () -> queue.drainTo(new ArrayList<>(), 0),
            queue::clear,
            queue::shutdown,
            queue::isShutdown);
    for (var call : calls) {
      assertThatThrownBy(call).isInstanceOf(ClosedObjectException.class);
    }
    assertThat(queue.name()).isEqualTo(name);
    assertThat(queue.isAnonymous()).isTrue();
    assertThat(queue.hashCode()).isEqualTo(hash);
    assertThat(queue).isEqualTo(queue);
    assertThat(queue.toString()).contains(name);
    queue.unlink();
    queue = variant.create();
  }
}
