package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import org.interlock.Shared;

/**
 * Whatever stands in the shared memory of an object: whoever uses it gets an answer of the right
 * kind or a documented exception. Nobody crashes, nobody hangs.
 */
class GarbageProperties {
  private static final int WORKERS = 2;

  /** How many tries: {@code -Dinterlock.garbage.tries=10000}. */
  static final class Tries implements AroundPropertyHook {
    private static final int ENOUGH_EACH_TIME = 2_000;

    @Override
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      context
          .attributes()
          .setTries(Integer.getInteger("interlock.garbage.tries", ENOUGH_EACH_TIME));
      return property.execute();
    }
  }

  private static final List<WorkerProcess> CREW = new ArrayList<>();
  private static int tries;

  /** What two processes do with an object, what is written into it, and what they do then. */
  record Case(String kind, List<String> before, List<Garbage> garbage, List<List<String>> after) {
    @Override
    public String toString() {
      return kind
          + "\n  before: "
          + String.join(" ", before)
          + garbage.stream().map(it -> "\n  " + it).collect(Collectors.joining())
          + after.stream().map(it -> "\n  then: " + it).collect(Collectors.joining());
    }
  }

  @BeforeContainer
  static void start() {
    for (int i = 0; i < WORKERS; i++) {
      CREW.add(new WorkerProcess(GarbageProgram.class));
    }
  }

  @AfterContainer
  static void end() {
    CREW.forEach(WorkerProcess::close);
    CREW.clear();
  }

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.of(
            "queue", "joinable", "joinable", "permits", "lock", "event", "barrier", "long")
        .flatMap(
            kind -> {
              Arbitrary<String> use = Arbitraries.of(GarbageProgram.USES.get(kind));
              return Combinators.combine(
                      use.list().ofMaxSize(12),
                      Garbage.in(kind).list().ofMinSize(1).ofMaxSize(6),
                      use.list().ofMaxSize(15).list().ofSize(WORKERS))
                  .as((before, garbage, after) -> new Case(kind, before, garbage, after));
            })
        .withoutEdgeCases();
  }

  @Property
  @AddLifecycleHook(Tries.class)
  void garbageIsAnExceptionOrARightAnswer(@ForAll("cases") Case garbage) throws IOException {
    String name = "garbage-" + ProcessHandle.current().pid() + "-" + tries++;
    Path file = Path.of("/dev/shm/interlock." + name);
    try {
      for (WorkerProcess worker : CREW) {
        worker.open(List.of(garbage.kind, name));
      }
      use(0, garbage.before);
      CREW.forEach(WorkerProcess::await);
      Garbage.write(garbage.garbage, garbage.kind, file);
      for (int i = 0; i < WORKERS; i++) {
        use(i, garbage.after.get(i));
      }
      CREW.forEach(WorkerProcess::await);
    } catch (AssertionError e) {
      startAnew();
      throw new AssertionError(e.getMessage() + "\n" + garbage, e);
    } finally {
      Shared.unlink(name);
    }
    assertThat(Files.exists(file)).isFalse();
  }

  private static void use(int worker, List<String> uses) {
    CREW.get(worker)
        .begin(
            new Operation("use", uses),
            answer -> {
              if (!answer.equals(GarbageProgram.FINE)) {
                throw new IllegalStateException(answer);
              }
            });
  }

  /** One of them died or hangs; the next try, with a shorter case, needs both. */
  private static void startAnew() {
    end();
    start();
  }
}
