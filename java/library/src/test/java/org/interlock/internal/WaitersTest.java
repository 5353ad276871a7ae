package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.interlock.ClosedObjectException;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Waiting on an object whose state is here, a number of free bytes: puts of several sizes wait
 * until there are enough. The eventcount is a real one.
 */
class WaitersTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final AtomicInteger bytes = new AtomicInteger();
  private SharedHandle<LongCore> handle;
  private Waiters waiters;

  @BeforeEach
  void open() {
    handle = SharedObjects.open(ObjectSpec.create(Kinds.LONG, 0, 0, ""), LongCore.FACTORY);
    waiters = handle.object().newWaiters(Waiters.NOT_FULL);
  }

  @AfterEach
  void close() {
    handle.close();
  }

  private int take(int wanted) {
    int left = bytes.getAndUpdate(have -> have >= wanted ? have - wanted : have);
    return left >= wanted ? Status.OK : Status.NO_BYTES;
  }

  private int await(int wanted, Deadline deadline) throws InterruptedException {
    int first = take(wanted);
    return first == Status.OK ? first : waiters.await(() -> take(wanted), first, handle, deadline);
  }

  private void give(int count) {
    bytes.addAndGet(count);
    HotCalls.wake(handle.object().address());
  }

  @Test
  void endsWithSuccess() throws Exception {
    try (Actor actor = new Actor()) {
      Future<Integer> waiting = actor.begin(() -> await(3, Deadline.FOREVER));
      actor.awaitInside("waitSleep");
      give(2);
      give(1);
      assertThat(Actor.result(waiting)).isEqualTo(Status.OK);
      assertThat(bytes).hasValue(0);
    }
  }

  @Test
  void endsAtTheDeadlineAndNotBefore() throws Exception {
    long start = System.nanoTime();
    assertThat(await(1, Deadline.after(250, TimeUnit.MILLISECONDS))).isEqualTo(Status.TIMED_OUT);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(250_000_000L);
    assertThat(await(1, Deadline.after(-1, TimeUnit.DAYS))).isEqualTo(Status.TIMED_OUT);
  }

  @Test
  void endsWhenTheHandleIsClosed() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    List<Future<Integer>> waits = new ArrayList<>();
    for (Actor actor : actors) {
      waits.add(actor.begin(() -> await(1, Deadline.FOREVER)));
      actor.awaitInside("run");
    }
    handle.close();
    for (Future<Integer> wait : waits) {
      assertThatThrownBy(() -> Actor.result(wait)).isInstanceOf(ClosedObjectException.class);
    }
    actors.forEach(Actor::close);
  }

  @Test
  void endsWhenInterruptedWithNothingTaken() throws Exception {
    try (Actor chosen = new Actor();
        Actor parked = new Actor()) {
      Future<Integer> first = chosen.begin(() -> await(1, Deadline.FOREVER));
      chosen.awaitInside("waitSleep");
      Future<Integer> second = parked.begin(() -> await(1, Deadline.FOREVER));
      parked.awaitInside("park");
      chosen.thread().interrupt();
      assertThatThrownBy(() -> Actor.result(first)).isInstanceOf(InterruptedException.class);
      give(1);
      assertThat(Actor.result(second)).isEqualTo(Status.OK);
    }
  }

  @Test
  void theUninterruptibleFormKeepsTheInterrupt() throws Exception {
    try (Actor actor = new Actor()) {
      Future<Boolean> waiting =
          actor.begin(
              () -> {
                int status =
                    waiters.awaitUninterruptibly(
                        () -> take(1), Status.NO_BYTES, handle, Deadline.FOREVER);
                return status == Status.OK && Thread.interrupted();
              });
      actor.awaitInside("waitSleep").thread().interrupt();
      give(1);
      assertThat(Actor.result(waiting)).isTrue();
    }
  }

  @Test
  void aFailureOfTheAttemptIsTheResult() throws Exception {
    assertThat(waiters.await(() -> Status.SHUT_DOWN, Status.WOULD_BLOCK, handle, Deadline.FOREVER))
        .isEqualTo(Status.SHUT_DOWN);
    assertThatThrownBy(
            () ->
                waiters.await(
                    () -> {
                      throw new IllegalStateException("codec");
                    },
                    Status.WOULD_BLOCK,
                    handle,
                    Deadline.FOREVER))
        .hasMessage("codec");
    give(1);
    assertThat(await(1, Deadline.FOREVER)).isEqualTo(Status.OK); // and nobody is left waiting
  }

  @Test
  void aSmallOneDoesNotWaitBehindALargeOneThatDoesNotFit() throws Exception {
    try (Actor large = new Actor();
        Actor small = new Actor();
        Actor smaller = new Actor()) {
      Future<Integer> first = large.begin(() -> await(1000, Deadline.FOREVER));
      large.awaitInside("waitSleep");
      Future<Integer> second = small.begin(() -> await(2, Deadline.FOREVER));
      small.awaitInside("park");
      Future<Integer> third = smaller.begin(() -> await(1, Deadline.FOREVER));
      smaller.awaitInside("park");
      give(3);
      assertThat(Actor.result(second)).isEqualTo(Status.OK);
      assertThat(Actor.result(third)).isEqualTo(Status.OK);
      assertThat(first.isDone()).isFalse();
      give(1000);
      assertThat(Actor.result(first)).isEqualTo(Status.OK);
    }
  }

  @Test
  void manyOfThemAllGetTheirs() throws Exception {
    List<Actor> actors = new ArrayList<>();
    List<Future<Integer>> waits = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Actor actor = new Actor();
      actors.add(actor);
      int size = 1 + i % 3;
      waits.add(
          actor.begin(
              () -> {
                for (int round = 0; round < 200; round++) {
                  assertThat(await(size, Deadline.FOREVER)).isEqualTo(Status.OK);
                }
                return size;
              }));
    }
    for (int given = 0; given < 200 * (1 + 2 + 3) * 4; given++) {
      give(1);
    }
    for (Future<Integer> wait : waits) {
      Actor.result(wait);
    }
    assertThat(bytes).hasValue(0);
    actors.forEach(Actor::close);
  }
}
