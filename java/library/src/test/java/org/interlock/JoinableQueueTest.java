package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Finishing items and giving them back, in one process. */
class JoinableQueueTest {
  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final List<Actor> actors = new ArrayList<>();
  private String name;
  private JoinableQueue<String> queue;

  @BeforeEach
  void open() {
    name = memory.name();
    queue = JoinableQueue.open(name, Codec.strings(), 1000);
  }

  @AfterEach
  void close() {
    actors.forEach(Actor::close);
    queue.close();
  }

  private Actor actor() {
    Actor actor = new Actor();
    actors.add(actor);
    return actor;
  }

  private void put(String... items) {
    assertThat(queue.addAll(List.of(items))).isTrue();
  }

  private boolean isAllDone() throws InterruptedException {
    return queue.join(0, TimeUnit.SECONDS);
  }

  /** What would be delivered now, in order; finishes all of it. */
  private List<String> rest() {
    List<String> rest = new ArrayList<>();
    for (String item = queue.poll(); item != null; item = queue.poll()) {
      rest.add(item);
      queue.taskDone();
    }
    return rest;
  }

  // ------------------------------------------------------------------ taskDone and join

  @Test
  void anItemIsUnfinishedUntilItIsDone() throws Exception {
    assertThat(isAllDone()).isTrue();
    put("a", "b");
    assertThat(queue.unfinished()).isEqualTo(2);
    assertThat(queue.take()).isEqualTo("a");
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.unfinished()).isEqualTo(2);
    queue.taskDone();
    assertThat(queue.unfinished()).isEqualTo(1);
    assertThat(isAllDone()).isFalse();
    assertThat(queue.take()).isEqualTo("b");
    assertThat(isAllDone()).isFalse();
    queue.taskDone();
    assertThat(queue.unfinished()).isZero();
    assertThat(isAllDone()).isTrue();
    queue.join();
  }

  @Test
  void taskDoneCountsEveryWayOfTaking() throws Exception {
    put("a", "b", "c", "d", "e", "f");
    List<String> drained = new ArrayList<>();
    queue.take();
    queue.poll();
    queue.poll(1, TimeUnit.MINUTES);
    queue.remove();
    assertThat(queue.drainTo(drained)).isEqualTo(2);
    for (int left = 6; left > 0; left--) {
      assertThat(queue.unfinished()).isEqualTo(left);
      queue.taskDone();
    }
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void taskDoneWithNothingUnfinishedIsAnError() throws Exception {
    assertThatThrownBy(queue::taskDone)
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining(name);
    put("a");
    assertThatThrownBy(queue::taskDone).isExactlyInstanceOf(IllegalStateException.class);
    try (Delivery<String> delivery = queue.receive()) {
      assertThat(delivery.item()).isEqualTo("a");
      assertThatThrownBy(queue::taskDone).isExactlyInstanceOf(IllegalStateException.class);
    }
    queue.take();
    queue.taskDone();
    assertThatThrownBy(queue::taskDone).isExactlyInstanceOf(IllegalStateException.class);
  }

  /** What an item was is told by what comes again when the last handle is closed. */
  @Test
  void taskDoneFinishesTheOldestOfThisThreadElseTheOldestOfTheProcess() throws Exception {
    put("a", "b", "c", "d", "e");
    Actor other = actor();
    other.get(queue::take); // a
    queue.take(); // b
    other.get(queue::take); // c
    queue.take(); // d
    queue.taskDone(); // b
    queue.taskDone(); // d
    queue.taskDone(); // a: this thread has none
    other.run(queue::taskDone); // c
    assertThat(queue.unfinished()).isEqualTo(1);
    put("f");
    other.get(queue::take); // e
    queue.take(); // f
    queue.taskDone(); // f
    queue.close();
    queue = JoinableQueue.open(name, Codec.strings(), 1000);
    assertThat(rest()).containsExactly("e");
  }

  /** Threads side by side, each with items of its own: those that come again are its last ones. */
  @Test
  void concurrentTaskDoneFinishesTheItemsOfItsThread() throws Exception {
    int each = 200;
    List<Future<List<String>>> kept = new ArrayList<>();
    for (int i = 0; i < 5 * each; i++) {
      put("item-" + i);
    }
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      kept.add(
          actor()
              .begin(
                  () -> {
                    Deque<String> unfinished = new ArrayDeque<>();
                    for (int i = 0; i < each; i++) {
                      unfinished.add(queue.take());
                      if (random.nextInt(10) < 8) {
                        queue.taskDone();
                        unfinished.remove();
                      }
                    }
                    return List.copyOf(unfinished);
                  }));
    }
    List<String> expected = new ArrayList<>();
    for (Future<List<String>> one : kept) {
      expected.addAll(Actor.result(one));
    }
    assertThat(expected).isNotEmpty();
    assertThat(queue.unfinished()).isEqualTo(expected.size() + each);
    queue.close();
    queue = JoinableQueue.open(name, Codec.strings(), 1000);
    List<String> rest = rest();
    assertThat(rest.subList(0, expected.size())).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rest).hasSize(expected.size() + each).doesNotHaveDuplicates();
  }

  @Test
  void itemsOfAThreadThatEndedCanBeFinished() throws Exception {
    put("a", "b");
    Actor other = actor();
    other.get(queue::take);
    other.get(queue::take);
    other.end();
    queue.taskDone();
    queue.taskDone();
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void clearFinishesWhatItRemoves() throws Exception {
    put("a", "b", "c");
    queue.take();
    try (Delivery<String> delivery = queue.receive()) {
      assertThat(delivery.item()).isEqualTo("b");
    } // comes back, and is cleared
    queue.clear();
    assertThat(queue.size()).isZero();
    assertThat(queue.unfinished()).isEqualTo(1);
    queue.taskDone();
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void joinWaitsForTheLastOne() throws Exception {
    put("a", "b", "c");
    Actor waiter = actor();
    Future<Void> joined = waiter.start(() -> queue.join());
    for (int i = 0; i < 3; i++) {
      waiter.awaitInside("waitSleep");
      assertThat(joined.isDone()).isFalse();
      queue.take();
      queue.taskDone();
    }
    Actor.result(joined);
  }

  @Test
  void clearEndsJoin() throws Exception {
    put("a");
    Actor waiter = actor();
    Future<Void> joined = waiter.start(() -> queue.join());
    waiter.awaitInside("waitSleep");
    queue.clear();
    Actor.result(joined);
  }

  // ------------------------------------------------------------------ receive

  @Test
  void whatIsReceivedIsDoneOnceAndForAll() throws Exception {
    put("a");
    Delivery<String> delivery = queue.receive();
    assertThat(delivery.item()).isEqualTo("a");
    assertThat(delivery.deliveries()).isEqualTo(1);
    assertThat(delivery.isRedelivered()).isFalse();
    assertThat(queue.unfinished()).isEqualTo(1);
    delivery.done();
    delivery.done();
    delivery.close();
    delivery.close();
    delivery.done();
    assertThat(queue.unfinished()).isZero();
    assertThat(queue.poll()).isNull();
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void whatIsClosedComesAgainAheadOfNewerOnes() throws Exception {
    put("a", "b", "c");
    Delivery<String> delivery = queue.receive();
    delivery.close();
    delivery.close();
    assertThatThrownBy(delivery::done).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.unfinished()).isEqualTo(3);
    assertThat(queue.peek()).isEqualTo("a");
    assertThat(new ArrayList<>(queue)).containsExactly("a", "b", "c");
    Delivery<String> again = queue.receive(1, TimeUnit.MINUTES).orElseThrow();
    assertThat(again.item()).isEqualTo("a");
    assertThat(again.isRedelivered()).isTrue();
    assertThat(again.deliveries()).isEqualTo(2);
    again.done();
    assertThat(rest()).containsExactly("b", "c");
  }

  @Test
  void whatWasGivenBackCountsInTheCapacityAgain() throws Exception {
    try (JoinableQueue<String> small = JoinableQueue.create(Codec.strings(), 2)) {
      small.put("a");
      small.put("b");
      Delivery<String> a = small.receive();
      Delivery<String> b = small.receive();
      small.put("c"); // what is taken does not count
      a.close();
      assertThat(small.isFull()).isTrue();
      assertThat(small.remainingCapacity()).isZero();
      assertThat(small.offer("d")).isFalse();
      b.close();
      assertThat(small.size()).isEqualTo(3);
      assertThat(small.remainingCapacity()).isZero();
      Actor producer = actor();
      Future<Void> put = producer.start(() -> small.put("d"));
      producer.awaitInside("waitSleep");
      assertThat(small.take()).isEqualTo("a");
      assertThat(put.isDone()).isFalse();
      assertThat(small.take()).isEqualTo("b");
      Actor.result(put);
      assertThat(new ArrayList<>(small)).containsExactly("c", "d");
    }
  }

  @Test
  void whatWasGivenBackComesInItsOldOrder() throws Exception {
    put("a", "b", "c", "d");
    List<Delivery<String>> deliveries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      deliveries.add(queue.receive());
    }
    deliveries.get(1).close();
    deliveries.get(2).close();
    deliveries.get(0).close();
    assertThat(rest()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void anyThreadMayFinishOrGiveBackADelivery() throws Exception {
    put("a", "b");
    Delivery<String> a = queue.receive();
    Delivery<String> b = queue.receive();
    actor().run(a::done);
    actor().run(b::close);
    assertThat(rest()).containsExactly("b");
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void givingBackWakesATaker() throws Exception {
    put("a");
    Delivery<String> delivery = queue.receive();
    Actor taker = actor();
    Future<String> taken = taker.begin(queue::take);
    taker.awaitInside("waitSleep");
    delivery.close();
    assertThat(Actor.result(taken)).isEqualTo("a");
  }

  @Test
  void aDeliveryOutlivesTheHandleItCameThrough() throws Exception {
    Delivery<String> a;
    Delivery<String> b;
    try (JoinableQueue<String> other = JoinableQueue.open(name, Codec.strings(), 1000)) {
      put("a", "b");
      a = other.receive();
      b = other.receive();
    }
    a.done();
    b.close();
    assertThat(rest()).containsExactly("b");
  }

  @Test
  void receiveForAShortTimeFindsNothing() throws Exception {
    assertThat(queue.receive(0, TimeUnit.SECONDS)).isEmpty();
    assertThat(queue.receive(20, TimeUnit.MILLISECONDS)).isEmpty();
  }

  // ------------------------------------------------------------------ closing

  @Test
  void closingTheLastHandleGivesEverythingBack() throws Exception {
    put("a", "b", "c");
    JoinableQueue<String> other = JoinableQueue.open(name, Codec.strings(), 1000);
    queue.take();
    Delivery<String> delivery = queue.receive();
    queue.close();
    assertThat(other.size()).isEqualTo(1); // not the last one
    other.close();
    delivery.close();
    assertThatThrownBy(delivery::done).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(queue::taskDone).isInstanceOf(ClosedObjectException.class);
    queue = JoinableQueue.open(name, Codec.strings(), 1000);
    assertThat(queue.size()).isEqualTo(3);
    assertThatThrownBy(queue::taskDone).isExactlyInstanceOf(IllegalStateException.class);
    Delivery<String> again = queue.receive();
    assertThat(again.item()).isEqualTo("a");
    assertThat(again.deliveries()).isEqualTo(2);
    again.done();
    assertThat(rest()).containsExactly("b", "c");
  }

  @Test
  void doneAfterTheQueueWasClosedIsAnError() throws Exception {
    put("a");
    Delivery<String> delivery = queue.receive();
    queue.close();
    assertThatThrownBy(delivery::done).isInstanceOf(ClosedObjectException.class);
    delivery.close();
    queue = JoinableQueue.open(name, Codec.strings(), 1000);
    assertThat(rest()).containsExactly("a");
  }

  // ------------------------------------------------------------------ items that fail

  @Test
  void whatTheTargetOfDrainToRefusesIsGivenBack() throws Exception {
    put("a", "b", "c");
    ArrayBlockingQueue<String> target = new ArrayBlockingQueue<>(1);
    assertThatThrownBy(() -> queue.drainTo(target)).isInstanceOf(IllegalStateException.class);
    assertThat(target).containsExactly("a");
    queue.taskDone();
    assertThat(rest()).containsExactly("b", "c");
    assertThat(isAllDone()).isTrue();
  }

  @Test
  void whatCanNotBeDecodedIsDone() throws Exception {
    try (JoinableQueue<Long> longs = JoinableQueue.create(new FailingCodec(), 10)) {
      longs.put(FailingCodec.UNREADABLE);
      longs.put(2L);
      longs.put(FailingCodec.UNREADABLE);
      assertThatThrownBy(longs::take).isInstanceOf(DecodeException.class);
      assertThatThrownBy(longs::taskDone).isExactlyInstanceOf(IllegalStateException.class);
      assertThat(longs.take()).isEqualTo(2);
      assertThatThrownBy(longs::receive).isInstanceOf(DecodeException.class);
      longs.taskDone();
      longs.join();
      assertThat(longs.unfinished()).isZero();
    }
  }

  /** Memory is what can run out; the item is not to be lost for that. */
  @Test
  void whatAnErrorKeepsFromItsTakerIsGivenBack() throws Exception {
    try (JoinableQueue<Long> longs = JoinableQueue.create(new FailingCodec(), 10)) {
      longs.put(FailingCodec.OUT_OF_MEMORY);
      assertThatThrownBy(longs::take).isInstanceOf(OutOfMemoryError.class);
      assertThat(longs.size()).isEqualTo(1);
      assertThatThrownBy(longs::taskDone).isExactlyInstanceOf(IllegalStateException.class);
      longs.clear();
      longs.join();
    }
  }

  // ------------------------------------------------------------------ many

  @Test
  void moreItemsThanCellsMakeTakeWait() throws Exception {
    int limit = 65536;
    try (JoinableQueue<Long> longs = JoinableQueue.create(Codec.longs(), 2 * limit)) {
      List<Long> some = java.util.stream.LongStream.range(0, 1024).boxed().toList();
      for (int i = 0; i < limit + 1024; i += 1024) {
        assertThat(longs.offerAll(some, 0, TimeUnit.SECONDS)).isEqualTo(1024);
      }
      for (int i = 0; i < limit; i++) {
        longs.take();
      }
      assertThat(longs.poll()).isNull();
      assertThat(longs.size()).isEqualTo(1024);
      Actor taker = actor();
      Future<Long> taken = taker.begin(longs::take);
      taker.awaitInside("waitSleep");
      longs.taskDone();
      assertThat(Actor.result(taken)).isZero();
      assertThat(longs.unfinished()).isEqualTo(limit + 1023);
      for (int i = 0; i < limit; i++) {
        longs.taskDone();
      }
      longs.clear();
      longs.join();
    }
  }
}
