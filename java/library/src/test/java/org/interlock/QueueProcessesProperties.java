package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;

/**
 * Whatever the capacity, the memory and the number of threads: each item is delivered once, whole,
 * and for each consumer in the order of its producer. Two worker processes and this one take part.
 */
class QueueProcessesProperties {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final List<Worker> WORKERS = new ArrayList<>();

  @BeforeContainer
  static void start() {
    for (int i = 0; i < 2; i++) {
      String unused = name();
      WORKERS.add(Worker.start(QueueWorker.class, "plain", unused, "1", "4096"));
      assertThat(WORKERS.get(i).line()).isEqualTo("ready");
      Shared.unlink(unused);
    }
  }

  @AfterContainer
  static void stop() {
    WORKERS.forEach(Worker::close);
    WORKERS.clear();
  }

  private static String name() {
    return "test-" + ProcessHandle.current().pid() + "-property-" + COUNT.incrementAndGet();
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void everyItemArrivesOnce(
      @ForAll boolean joinable,
      @ForAll @IntRange(min = 1, max = 60) int capacity,
      @ForAll @IntRange(min = 1, max = 60) int pages,
      @ForAll @IntRange(min = 1, max = 3) int producers,
      @ForAll @IntRange(min = 1, max = 3) int consumers,
      @ForAll @IntRange(min = 0, max = 600) int count)
      throws Exception {
    String name = name();
    List<String> arguments =
        List.of(joinable ? "joinable" : "plain", name, "" + capacity, "" + pages * 4096);
    List<String> answers = new ArrayList<>();
    try (ProcessQueue<Object> queue = QueueWorker.open(arguments);
        Actor putting = new Actor();
        Actor taking = new Actor()) {
      for (Worker worker : WORKERS) {
        assertThat(worker.ask("main open " + String.join(" ", arguments))).isEqualTo("ready");
        tellAll(worker, producers, consumers, count);
      }
      Future<String> put = putting.begin(() -> QueueWorker.produce(queue, "here", count));
      Future<String> taken = taking.begin(() -> QueueWorker.consume(queue));
      Actor.result(put);
      for (Worker worker : WORKERS) {
        hear(worker, "produced", producers);
      }
      if (queue instanceof JoinableQueue<Object> joinableQueue) {
        joinableQueue.join();
      }
      queue.shutdown();
      answers.add(Actor.result(taken));
      for (Worker worker : WORKERS) {
        for (int i = 0; i < consumers; i++) {
          answers.add(worker.line());
        }
      }
      assertThat(queue.size()).isZero();
    } finally {
      Shared.unlink(name);
    }
    Map<String, BitSet> all = new HashMap<>();
    answers.forEach(answer -> QueueWorker.Seen.collect(answer, all));
    assertThat(all.values().stream().mapToInt(BitSet::cardinality).sum())
        .isEqualTo((WORKERS.size() * producers + 1) * count);
  }

  private static void tellAll(Worker worker, int producers, int consumers, int count) {
    for (int i = 0; i < producers; i++) {
      worker.tell("p" + i + " produce " + WORKERS.indexOf(worker) + "-" + i + " " + count);
    }
    for (int i = 0; i < consumers; i++) {
      worker.tell("c" + i + " consume");
    }
  }

  /** Consumers say nothing before the shutdown. */
  private static void hear(Worker worker, String expected, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(worker.line()).isEqualTo(expected);
    }
  }
}
