package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Items that another process took: finished, given back, or left behind by its death. */
class JoinableQueueProcessesTest {
  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final List<AutoCloseable> open = new ArrayList<>();
  private String name;
  private JoinableQueue<Object> queue;

  @BeforeEach
  void open() {
    name = memory.name();
    queue = (JoinableQueue<Object>) QueueWorker.open(List.of("joinable", name, "100", "1000000"));
    open.add(queue);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Worker worker() {
    Worker worker = Worker.start(QueueWorker.class, "joinable", name, "100", "1000000");
    open.add(worker);
    assertThat(worker.line()).isEqualTo("ready");
    return worker;
  }

  private Actor actor() {
    Actor actor = new Actor();
    open.add(actor);
    return actor;
  }

  private void put(Object... items) {
    assertThat(queue.addAll(List.of(items))).isTrue();
  }

  @Test
  void joinWaitsForTheWorkOfAnotherProcess() throws Exception {
    Worker worker = worker();
    put("a", "b");
    assertThat(worker.ask("t take")).isEqualTo("a");
    assertThat(worker.ask("t receive")).isEqualTo("b 1");
    Actor actor = actor();
    Future<Void> joined = actor.start(() -> queue.join());
    actor.awaitInside("waitSleep");
    assertThatThrownBy(queue::taskDone).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(worker.ask("t task-done")).isEqualTo("done");
    assertThat(joined.isDone()).isFalse();
    assertThat(queue.unfinished()).isEqualTo(1);
    assertThat(worker.ask("t done")).isEqualTo("done");
    Actor.result(joined);
    worker.tell("t join");
    assertThat(worker.line()).isEqualTo("joined");
  }

  @Test
  void whatAnotherProcessGivesBackComesFirst() throws Exception {
    Worker worker = worker();
    put("a", "b");
    assertThat(worker.ask("t receive")).isEqualTo("a 1");
    Actor actor = actor();
    assertThat(queue.take()).isEqualTo("b");
    Future<Object> taken = actor.begin(queue::take);
    actor.awaitInside("waitSleep");
    assertThat(worker.ask("t give-back")).isEqualTo("given back");
    assertThat(Actor.result(taken)).isEqualTo("a");
    assertThat(queue.unfinished()).isEqualTo(2);
  }

  @Test
  void closingInAnotherProcessGivesBackWhatItHolds() throws Exception {
    Worker worker = worker();
    put("a", "b", "c");
    assertThat(worker.ask("t take")).isEqualTo("a");
    assertThat(worker.ask("t receive")).isEqualTo("b 1");
    assertThat(queue.size()).isEqualTo(1);
    assertThat(worker.ask("t close")).isEqualTo("closed");
    assertThat(queue.size()).isEqualTo(3);
    for (String expected : List.of("a", "b", "c")) {
      try (Delivery<Object> delivery = queue.receive()) {
        assertThat(delivery.item()).isEqualTo(expected);
        assertThat(delivery.isRedelivered()).isEqualTo(!expected.equals("c"));
        delivery.done();
      }
    }
    assertThat(queue.join(0, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatAProcessHeldWhenItWasKilledIsDeliveredAgainAheadOfNewerOnes() throws Exception {
    Worker worker = worker();
    put("a", "b", "c", "d");
    assertThat(worker.ask("t take")).isEqualTo("a");
    assertThat(worker.ask("t receive")).isEqualTo("b 1");
    assertThat(worker.ask("t take")).isEqualTo("c");
    assertThat(worker.ask("t done")).isEqualTo("done"); // b
    worker.kill();
    for (String expected : List.of("a", "c", "d")) {
      try (Delivery<Object> delivery = queue.receive()) {
        assertThat(delivery.item()).isEqualTo(expected);
        assertThat(delivery.deliveries()).isEqualTo(expected.equals("d") ? 1 : 2);
        delivery.done();
      }
    }
    queue.join();
  }

  @Test
  void aTakerThatWaitsGetsWhatAKilledProcessHeld() throws Exception {
    Worker worker = worker();
    put("a");
    assertThat(worker.ask("t take")).isEqualTo("a");
    Actor actor = actor();
    Future<Object> taken = actor.begin(queue::take);
    actor.awaitInside("waitSleep");
    worker.kill();
    assertThat(Actor.result(taken)).isEqualTo("a");
    queue.taskDone();
    queue.join();
  }

  @Test
  void aStoppedProcessKeepsWhatItHolds() throws Exception {
    Worker worker = worker();
    put("a");
    assertThat(worker.ask("t take")).isEqualTo("a");
    worker.stop();
    assertThat(queue.poll(300, TimeUnit.MILLISECONDS)).isNull();
    assertThat(queue.join(0, TimeUnit.SECONDS)).isFalse();
    worker.signal("CONT");
    assertThat(worker.ask("t task-done")).isEqualTo("done");
    queue.join();
  }

  @Test
  void afterAShutdownTakersWaitForWhatAnotherProcessHolds() throws Exception {
    Worker worker = worker();
    Worker victim = worker();
    put("a", "b");
    assertThat(worker.ask("t take")).isEqualTo("a");
    assertThat(victim.ask("t take")).isEqualTo("b");
    queue.shutdown();
    assertThat(queue.poll()).isNull();
    Actor actor = actor();
    Future<Object> taken = actor.begin(queue::take);
    actor.awaitInside("waitSleep");
    victim.kill();
    assertThat(Actor.result(taken)).isEqualTo("b");
    actor.run(queue::taskDone);
    Future<Delivery<Object>> received = actor.begin(() -> queue.receive());
    actor.awaitInside("waitSleep");
    assertThat(worker.ask("t task-done")).isEqualTo("done");
    assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(QueueShutdownException.class);
  }

  @Test
  void afterAShutdownWhatThisProcessHoldsIsNotWaitedFor() throws Exception {
    put("a");
    queue.take();
    queue.shutdown();
    assertThatThrownBy(queue::take).isInstanceOf(QueueShutdownException.class);
    assertThatThrownBy(() -> queue.receive(1, TimeUnit.DAYS))
        .isInstanceOf(QueueShutdownException.class);
    assertThat(queue.unfinished()).isEqualTo(1);
    queue.taskDone();
    queue.join();
  }

  /** No item is lost, whichever consumer is killed; some come twice. */
  @Test
  void everyItemIsDoneThoughConsumersAreKilled() throws Exception {
    int count = 2000;
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(QueueWorker.item("P", i));
    }
    Actor producer = actor();
    Future<Integer> produced =
        producer.begin(() -> queue.offerAll(items, Long.MAX_VALUE, TimeUnit.DAYS));
    for (int i = 0; i < 3; i++) {
      Worker victim = worker();
      victim.tell("a consume");
      victim.tell("b consume");
      Thread.sleep(20);
      victim.kill();
    }
    Worker last = worker();
    last.tell("a consume");
    assertThat(Actor.result(produced)).isEqualTo(count);
    queue.join();
    assertThat(queue.unfinished()).isZero();
    queue.shutdown();
    assertThat(last.line()).contains("ordered");
  }
}
