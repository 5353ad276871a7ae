package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Random scripts and the checker find each broken object, and nothing wrong with sound ones. */
class BrokenFakesTest {
  private static final int STEPS = 40;
  private static final int SCRIPTS = 300;

  private static final Map<String, Supplier<Fake>> SOUND =
      Map.of(
          "queue", Fakes.Queue::new,
          "lock", Fakes.Lock::new,
          "semaphore", Fakes.Semaphore::new,
          "permits", Fakes.Permits::new,
          "event", Fakes.Event::new,
          "joinable", Fakes.JoinableQueue::new);

  static Model<?> model(String kind) {
    return switch (kind) {
      case "queue" -> new QueueModel(ObjectScripts.CAPACITY);
      case "lock" -> new LockModel();
      case "semaphore" -> new SemaphoreModel(ObjectScripts.CAPACITY);
      case "permits" -> new PermitsModel(ObjectScripts.CAPACITY);
      case "event" -> new EventModel();
      default -> new JoinableQueueModel(ObjectScripts.CAPACITY);
    };
  }

  static Arbitrary<Script> scripts(String kind) {
    return switch (kind) {
      case "queue" -> ObjectScripts.queue(STEPS);
      case "lock" -> ObjectScripts.lock(STEPS);
      case "semaphore", "permits" -> ObjectScripts.semaphore(STEPS);
      case "event" -> ObjectScripts.event(STEPS);
      default -> ObjectScripts.joinableQueue(STEPS);
    };
  }

  /** The same script, fake and seed make the same history. */
  static Verdict run(String kind, Fake fake, Script script, long seed) {
    Random random = new Random(seed);
    List<FakeWorker> workers =
        IntStream.range(0, ObjectScripts.WORKERS)
            .mapToObj(number -> new FakeWorker(fake, number, random))
            .toList();
    try (Crew crew = new Crew(workers)) {
      return Linearizability.check(model(kind), crew.run(script));
    }
  }

  /** What is wrong with the first history that does not fit; empty if all do. */
  private static Optional<Verdict> firstFault(String kind, Supplier<Fake> fakes) {
    List<Verdict> faults = new ArrayList<>();
    JqwikSession.run(
        () -> {
          Iterator<Shrinkable<Script>> scripts =
              scripts(kind).generator(SCRIPTS).stream(new Random(4711)).iterator();
          for (int i = 0; i < SCRIPTS && faults.isEmpty(); i++) {
            Verdict verdict = run(kind, fakes.get(), scripts.next().value(), i);
            if (!verdict.isLinearizable()) {
              faults.add(verdict);
            }
          }
        });
    return faults.stream().findFirst();
  }

  @TestFactory
  Stream<DynamicTest> brokenOnesAreCaught() {
    return BrokenFakes.ALL.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> {
                      String kind = entry.getKey().substring(0, entry.getKey().indexOf(':'));
                      assertThat(firstFault(kind, entry.getValue())).isPresent();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> soundOnesAreNot() {
    return SOUND.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> assertThat(firstFault(entry.getKey(), entry.getValue())).isEmpty()));
  }
}
