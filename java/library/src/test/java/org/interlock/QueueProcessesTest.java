package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.SharedWorkers;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues between processes. */
@ParameterizedClass
@ValueSource(strings = {"plain", "joinable"})
class QueueProcessesTest {
  private static final int CAPACITY = 3;
  private static final long MAX_BYTES = 1 << 20;

  @RegisterExtension
  static final SharedWorkers workers = new SharedWorkers(QueueProcessesTest::startWorker);

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final String kind;
  private final List<AutoCloseable> open = new ArrayList<>();
  private String name;
  private ProcessQueue<Object> queue;

  QueueProcessesTest(String kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    name = memory.name();
    queue = open(name, CAPACITY, MAX_BYTES);
  }

  private ProcessQueue<Object> open(String itsName, int capacity, long maxBytes) {
    ProcessQueue<Object> opened =
        QueueWorker.open(List.of(kind, itsName, "" + capacity, "" + maxBytes));
    open.add(opened);
    return opened;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Worker worker() {
    return worker(name, CAPACITY, MAX_BYTES);
  }

  private Worker worker(String itsName, int capacity, long maxBytes) {
    Worker worker = workers.get();
    String queueOfTest = String.join(" ", kind, itsName, "" + capacity, "" + maxBytes);
    assertThat(worker.ask("main open " + queueOfTest)).isEqualTo("ready");
    return worker;
  }

  private static Worker startWorker() {
    Worker worker = Worker.start(QueueWorker.class);
    assertThat(worker.line()).isEqualTo("ready");
    return worker;
  }

  private Actor actor() {
    Actor actor = new Actor();
    open.add(actor);
    return actor;
  }

  @Test
  void itemsGoFromProcessToProcessInOrder() throws Exception {
    Worker worker = worker();
    assertThat(worker.ask("a put x")).isEqualTo("put");
    queue.put("y");
    assertThat(worker.ask("a list")).isEqualTo("[x, y]");
    assertThat(worker.ask("a peek")).isEqualTo("x");
    assertThat(queue.take()).isEqualTo("x");
    assertThat(worker.ask("a take")).isEqualTo("y");
    assertThat(worker.ask("a size")).isEqualTo("0");
    assertThat(worker.ask("a poll")).isEqualTo("null");
    assertThat(worker.ask("a poll-for 10")).isEqualTo("null");
  }

  @Test
  void aTakerIsWokenByAnotherProcess() throws Exception {
    Worker worker = worker();
    worker.tell("a take");
    worker.tell("b take");
    queue.put("x");
    assertThat(worker.line()).isEqualTo("x");
    queue.put("y");
    assertThat(worker.line()).isEqualTo("y");
    Actor actor = actor();
    Future<Object> mine = actor.begin(queue::take);
    actor.awaitInside("waitSleep");
    worker.tell("c put z");
    assertThat(Actor.result(mine)).isEqualTo("z");
    assertThat(worker.line()).isEqualTo("put");
  }

  @Test
  void aPutterIsWokenByAnotherProcess() throws Exception {
    Worker worker = worker();
    for (int i = 0; i < CAPACITY; i++) {
      queue.put(i);
    }
    assertThat(worker.ask("a full")).isEqualTo("true");
    assertThat(worker.ask("a offer x")).isEqualTo("false");
    worker.tell("a put x");
    assertThat(queue.take()).isEqualTo(0);
    assertThat(worker.line()).isEqualTo("put");
    Actor actor = actor();
    Future<Void> mine = actor.start(() -> queue.put("y"));
    actor.awaitInside("waitSleep");
    assertThat(worker.ask("a take")).isEqualTo("1");
    Actor.result(mine);
    assertThat(new ArrayList<>(queue)).containsExactly(2, "x", "y");
  }

  @Test
  void aShutdownReachesAllProcesses() throws Exception {
    Worker worker = worker();
    worker.tell("a take");
    Actor actor = actor();
    Future<Object> mine = actor.begin(queue::take);
    actor.awaitInside("waitSleep");
    worker.tell("b shutdown");
    // In either order: whoever is let go may be faster than the one who did it.
    assertThat(List.of(worker.line(), worker.line()))
        .anyMatch(line -> line.equals("shut down"))
        .anyMatch(line -> line.startsWith("org.interlock.QueueShutdownException"));
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Actor.result(mine)))
        .isInstanceOf(QueueShutdownException.class);
    assertThat(queue.isShutdown()).isTrue();
    assertThat(worker.ask("a put x")).startsWith("org.interlock.QueueShutdownException");
  }

  /** A large item that does not fit must hold up no small one that does. */
  @Test
  void aSmallPutDoesNotWaitBehindALargeOneOfAnotherProcess() throws Exception {
    String small = memory.name();
    int maxBytes = 1 << 16;
    ProcessQueue<Object> bytes = open(small, 1000, maxBytes);
    for (int i = 0; i < 6; i++) {
      bytes.put(new byte[10_000]);
    }
    Worker large = worker(small, 1000, maxBytes);
    Worker little = worker(small, 1000, maxBytes);
    large.tell("a put-large 40000");
    little.tell("a put-large 6000");
    little.tell("b put-large 6000");
    take(bytes); // 10 KB are free
    assertThat(little.line()).isEqualTo("put");
    // Until both have: the large one may have come first, and what is left beside it for the small
    // one may be in two parts, before and behind an item of 10,000.
    while (!large.hasSaid() || !little.hasSaid()) {
      if (bytes.poll(10, TimeUnit.MILLISECONDS) != null && bytes instanceof JoinableQueue<?> j) {
        j.taskDone();
      }
    }
    assertThat(large.line()).isEqualTo("put");
    assertThat(little.line()).isEqualTo("put");
  }

  private static <E> E take(ProcessQueue<E> queue) throws InterruptedException {
    E item = queue.take();
    if (queue instanceof JoinableQueue<E> joinable) {
      joinable.taskDone();
    }
    return item;
  }

  /** Every way of putting and taking, in several processes with several threads each. */
  @Test
  void everyItemArrivesOnceAndInTheOrderOfItsProducer() throws Exception {
    int count = 3000;
    String many = memory.name();
    int maxBytes = 1 << 17;
    ProcessQueue<Object> here = open(many, 40, maxBytes);
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      workers.add(worker(many, 40, maxBytes));
    }
    for (int i = 0; i < 3; i++) {
      workers.get(i).tell("p produce P" + i + " " + count);
      workers.get(i).tell("q produce Q" + i + " " + count);
    }
    for (Worker worker : workers) {
      worker.tell("c consume");
      worker.tell("d consume");
    }
    List<String> answers = new ArrayList<>();
    for (Worker worker : workers) {
      collect(worker, "produced", 2, answers);
    }
    if (here instanceof JoinableQueue<Object> joinable) {
      joinable.join();
      assertThat(joinable.unfinished()).isZero();
    }
    here.shutdown();
    for (Worker worker : workers) {
      while (answers.size() < 2 * (workers.indexOf(worker) + 1)) {
        answers.add(worker.line());
      }
    }
    Map<String, BitSet> all = new HashMap<>();
    answers.forEach(answer -> QueueWorker.Seen.collect(answer, all));
    assertThat(all).hasSize(6);
    all.forEach((producer, seen) -> assertThat(seen.cardinality()).isEqualTo(count));
  }

  private static void collect(Worker worker, String expected, int count, List<String> others) {
    for (int heard = 0; heard < count; ) {
      String line = worker.line();
      if (line.equals(expected)) {
        heard++;
      } else {
        others.add(line);
      }
    }
  }

  @Test
  void theDeathOfAProducerOrConsumerHoldsUpNobody() throws Exception {
    Worker other = worker();
    for (int round = 0; round < 2; round++) {
      Worker victim = worker();
      victim.tell("a produce V 1000000");
      other.tell("a put mine");
      for (int i = 0; i < 20 + 200 * round; i++) {
        take(queue);
      }
      victim.kill();
      while (queue.poll(500, TimeUnit.MILLISECONDS) != null) {
        if (queue instanceof JoinableQueue<Object> joinable) {
          joinable.taskDone();
        }
      }
      assertThat(other.line()).isEqualTo("put");
      other.tell("a take");
      queue.put("last");
      assertThat(other.line()).isEqualTo("last");
      Worker waiting = worker();
      waiting.tell("a take");
      waiting.kill();
      queue.clear();
      assertThat(queue.size()).isZero();
    }
  }
}
