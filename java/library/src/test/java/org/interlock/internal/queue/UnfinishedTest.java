package org.interlock.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UnfinishedTest {

  /** What the thread of an operation is: its number, and whether it takes or finishes. */
  record Step(int thread, boolean takes) {}

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<List<Step>> steps() {
    return net.jqwik.api.Combinators.combine(
            net.jqwik.api.Arbitraries.integers().between(0, 2),
            net.jqwik.api.Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 200)
  void matchesAModel(@ForAll("steps") List<Step> steps) throws Exception {
    Unfinished unfinished = new Unfinished();
    ArrayDeque<long[]> model = new ArrayDeque<>();
    List<ExecutorService> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(Executors.newSingleThreadExecutor());
    }
    try {
      long token = 0;
      for (Step step : steps) {
        if (step.takes()) {
          long next = ++token;
          threads.get(step.thread()).submit(() -> unfinished.add(next)).get();
          model.add(new long[] {step.thread(), next});
        } else {
          Future<OptionalLong> answer = threads.get(step.thread()).submit(unfinished::removeOldest);
          assertThat(answer.get()).isEqualTo(expected(model, step.thread()));
        }
        long takers = model.stream().mapToLong(entry -> entry[0]).distinct().count();
        assertThat(unfinished.takers()).isEqualTo((int) takers);
        assertThat(unfinished.remembered()).isBetween((int) takers, (int) takers + 1);
      }
    } finally {
      threads.forEach(ExecutorService::shutdown);
    }
  }

  private static OptionalLong expected(ArrayDeque<long[]> model, int thread) {
    for (long[] entry : model) {
      if (entry[0] == thread) {
        model.remove(entry);
        return OptionalLong.of(entry[1]);
      }
    }
    long[] first = model.poll();
    return first == null ? OptionalLong.empty() : OptionalLong.of(first[1]);
  }

  @Test
  void theItemsOfAThreadThatEndedAreFinishedByOthersInOrder() throws Exception {
    Unfinished unfinished = new Unfinished();
    Thread thread =
        new Thread(
            () -> {
              for (long token = 1; token <= 3; token++) {
                unfinished.add(token);
              }
            });
    thread.start();
    thread.join();
    unfinished.add(4);
    assertThat(unfinished.removeOldest()).hasValue(4);
    for (long token = 1; token <= 3; token++) {
      assertThat(unfinished.removeOldest()).hasValue(token);
    }
    assertThat(unfinished.removeOldest()).isEmpty();
    assertThat(unfinished.takers()).isZero();
  }

  @Property(tries = 20)
  void nothingStaysOnceAllIsFinished(@ForAll @IntRange(min = 1, max = 1000) int count) {
    Unfinished unfinished = new Unfinished();
    for (int i = 0; i < count; i++) {
      unfinished.add(i);
    }
    for (int i = 0; i < count; i++) {
      assertThat(unfinished.removeOldest()).hasValue(i);
    }
    assertThat(unfinished.removeOldest()).isEmpty();
    assertThat(unfinished.takers()).isZero();
  }
}
