package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker's verdict on histories written by hand. */
class LinearizabilityTest {

  private static Arguments history(String title, Model<?> model, String... lines) {
    return Arguments.of(title, model, Histories.of(lines));
  }

  static Stream<Arguments> right() {
    return Stream.of(
        history("nothing", new QueueModel(1)),
        history(
            "one after another",
            new QueueModel(2),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "A offer 3",
            "A = full", //
            "B poll",
            "B = 1",
            "B poll",
            "B = 2",
            "B poll",
            "B = nothing"),
        history(
            "a poll that began before the offer may find it",
            new QueueModel(1),
            "B poll",
            "A offer 1",
            "A = in",
            "B = 1"),
        history(
            "and may not",
            new QueueModel(1),
            "B poll",
            "A offer 1",
            "A = in",
            "B = nothing",
            "B poll",
            "B = 1"),
        history(
            "two offers at the same time, in either order",
            new QueueModel(2),
            "A offer 1",
            "B offer 2",
            "A = in",
            "B = in", //
            "A poll",
            "A = 2",
            "A poll",
            "A = 1"),
        history(
            "a take that waits",
            new QueueModel(1),
            "A take",
            "B offer 1",
            "B = in",
            "B offer 2",
            "A = 1",
            "B = in"),
        history(
            "a killed offer that was in",
            new QueueModel(1),
            "A offer 1",
            "A kill",
            "A gone",
            "B poll",
            "B = 1"),
        history(
            "a killed offer that was not",
            new QueueModel(1),
            "A offer 1",
            "A kill",
            "A gone",
            "B poll",
            "B = nothing"),
        history(
            "a killed poll takes an item along",
            new QueueModel(2),
            "A offer 1",
            "A = in",
            "B poll",
            "B kill",
            "B gone",
            "A poll",
            "A = nothing"),
        history(
            "a killed poll between two takers",
            new QueueModel(3),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "A offer 3",
            "A = in", //
            "B poll",
            "C poll",
            "B kill",
            "C = 1",
            "C poll",
            "C = 3",
            "B gone"),
        history(
            "a killed worker is followed by another",
            new QueueModel(1),
            "A offer 1",
            "A kill",
            "A gone",
            "A offer 2",
            "A = full",
            "A poll",
            "A = 1"),
        history("a wait that never ends", new LockModel(), "A lock", "A = locked", "B lock"),
        history(
            "the death of an owner",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "B tryLock",
            "B = busy",
            "A kill",
            "A gone", //
            "B tryLock",
            "B = locked after a death",
            "B unlock",
            "B = unlocked", //
            "A tryLock",
            "A = locked"),
        history(
            "a lock taken while its owner is being killed",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "A kill",
            "B tryLock",
            "B = locked after a death",
            "A gone"),
        history(
            "a killed tryLock that had it",
            new LockModel(),
            "A tryLock",
            "A kill",
            "A gone",
            "B tryLock",
            "B = locked after a death"),
        history(
            "a killed tryLock that did not",
            new LockModel(),
            "A tryLock",
            "A kill",
            "A gone",
            "B tryLock",
            "B = locked"),
        history(
            "a killed unlock",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "A unlock",
            "A kill",
            "A gone",
            "B tryLock",
            "B = locked"),
        history(
            "permits come back",
            new PermitsModel(1),
            "A tryAcquire",
            "A = acquired",
            "A kill",
            "A gone",
            "B tryAcquire",
            "B = acquired"),
        history(
            "permits of a semaphore do not",
            new SemaphoreModel(1),
            "A tryAcquire",
            "A = acquired",
            "A kill",
            "A gone",
            "B tryAcquire",
            "B = none"),
        history(
            "a killed release counts, or not",
            new SemaphoreModel(0),
            "A release",
            "A kill",
            "A gone",
            "A release",
            "A kill",
            "A gone", //
            "B available",
            "B = 1"),
        history(
            "an event, seen while it is cleared",
            new EventModel(),
            "A set",
            "A = ok",
            "B await",
            "A clear",
            "A = ok",
            "B = true",
            "B isSet",
            "B = false"),
        history(
            "an item more than there is room for, with one of the dead that nobody has found",
            new JoinableQueueModel(1),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "B kill",
            "B gone",
            "A offer 2",
            "A = in",
            "A poll",
            "A = 1 (2)"),
        history(
            "a newer item first, with one of the dead that nobody has found",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "A poll",
            "B poll",
            "B = 1",
            "B kill",
            "B gone",
            "C offer 2",
            "C = in",
            "A = 2",
            "A poll",
            "A = 1 (2)"),
        history(
            "no item more than there is room for, with one of the dead",
            new JoinableQueueModel(1),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "B kill",
            "B gone",
            "A offer 2",
            "A = full"),
        history(
            "redelivery ahead of newer ones",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "B poll",
            "B = 1",
            "B kill",
            "B gone", //
            "A poll",
            "A = 1 (2)",
            "A poll",
            "A = 2",
            "A done",
            "A = ok",
            "A join",
            "A = false", //
            "A done",
            "A = ok",
            "A join",
            "A = true"),
        history(
            "done by a killed process, or not",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "B done",
            "B kill",
            "B gone", //
            "A poll",
            "A = nothing",
            "A join",
            "A = true"));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        history(
            "last in, first out",
            new QueueModel(2),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "B poll",
            "B = 2"),
        history(
            "an item that was there all the time is not found",
            new QueueModel(1),
            "A offer 1",
            "A = in",
            "B poll",
            "A offer 2",
            "B = nothing",
            "A = full"),
        history("an item out of nothing", new QueueModel(1), "B poll", "B = 1", "A offer 1"),
        history(
            "an item delivered twice",
            new QueueModel(1),
            "A offer 1",
            "A = in",
            "B poll",
            "C poll",
            "B = 1",
            "C = 1"),
        history(
            "one killed poll takes two",
            new QueueModel(2),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "B poll",
            "B kill",
            "B gone", //
            "A poll",
            "A = nothing"),
        history(
            "a killed offer that is in later than its death",
            new QueueModel(1),
            "A offer 1",
            "A kill",
            "A gone",
            "B poll",
            "B = nothing",
            "B poll",
            "B = 1"),
        history(
            "a lock granted to two",
            new LockModel(),
            "A tryLock",
            "B tryLock",
            "A = locked",
            "B = locked"),
        history(
            "a lock that stays locked",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "A kill",
            "A gone",
            "B tryLock",
            "B = busy"),
        history(
            "a lock taken before its owner is killed",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "B tryLock",
            "B = locked after a death",
            "A kill",
            "A gone"),
        history(
            "what died after its answer did answer",
            new LockModel(),
            "A tryLock",
            "A kill",
            "A = locked",
            "A gone",
            "B tryLock",
            "B = locked"),
        history(
            "nor is it forgotten because of what came after",
            new LockModel(),
            "A tryLock",
            "A = locked",
            "A kill",
            "A tryLock",
            "B tryLock",
            "B = locked", //
            "A gone"),
        history(
            "a permit counted twice",
            new PermitsModel(1),
            "A tryAcquire",
            "A = acquired",
            "A kill",
            "A gone",
            "B available",
            "B = 2"),
        history(
            "a semaphore that gives the permits of the dead back",
            new SemaphoreModel(1),
            "A tryAcquire",
            "A = acquired",
            "A kill",
            "A gone",
            "B tryAcquire",
            "B = acquired"),
        history("an event that nobody set", new EventModel(), "A await", "A = true"),
        history(
            "an item that does not come again",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "B kill",
            "B gone",
            "A poll",
            "A = nothing"),
        history(
            "redelivery behind newer ones",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "A offer 2",
            "A = in",
            "B poll",
            "B = 1",
            "B giveBack",
            "B = ok", //
            "A poll",
            "A = 2"),
        history(
            "no redelivery",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "B kill",
            "B gone", //
            "A poll",
            "A = nothing"),
        history(
            "an item more than there is room for, with one that was given back",
            new JoinableQueueModel(1),
            "A offer 1",
            "A = in",
            "A poll",
            "A = 1",
            "A giveBack",
            "A = ok",
            "A offer 2",
            "A = in"),
        history(
            "a join that does not wait for what is held",
            new JoinableQueueModel(2),
            "A offer 1",
            "A = in",
            "B poll",
            "B = 1",
            "A join",
            "A = true"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void right(String title, Model<?> model, History history) {
    Verdict verdict = Linearizability.check(model, history);
    assertThat(verdict.isLinearizable()).as(verdict.toString()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrong(String title, Model<?> model, History history) {
    Verdict verdict = Linearizability.check(model, history);
    assertThat(verdict.isLinearizable()).as(verdict.toString()).isFalse();
  }

  @Test
  void theVerdictIsReadable() {
    History history =
        Histories.of("A offer 1", "B poll 30", "A = in", "B = 1", "C poll", "C = 1", "B kill");
    assertThat(Linearizability.check(new QueueModel(2), history))
        .hasToString(
            """
            No order of these operations fits QueueModel[capacity=2]:

                 A            B            C
              1  offer 1 [1]
              2  |            poll 30 [2]
              3  = in         |
              4               = 1
              5                            poll [?]
              6                            = 1
              7               KILL

            [n]: the place in the order that explains most of it; [?]: not in it
            It can be explained up to [2], where the model is in the state []. What could be next, \
            and what the model would have it answer:
              C: poll = 1    nothing""");
  }

  /** Without the memory of what was looked at this takes 12! steps. */
  @Test
  void manyOperationsAtTheSameTimeAreDecided() {
    Recorder recorder = new Recorder();
    int[] calls = new int[12];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = recorder.called(Party.first(i), Operation.of(i % 2 == 0 ? "set" : "clear"));
    }
    for (int i = 0; i < calls.length; i++) {
      recorder.answered(Party.first(i), calls[i], "ok");
    }
    int last = recorder.called(Party.first(0), Operation.of("isSet"));
    recorder.answered(Party.first(0), last, "perhaps");
    assertThat(Linearizability.check(new EventModel(), recorder.history()).isLinearizable())
        .isFalse();
  }

  /** Some thousand operations in a row are no deep recursion. */
  @Test
  void aLongHistoryIsDecided() {
    Recorder recorder = new Recorder();
    for (int i = 0; i < 1000; i++) {
      int call = recorder.called(Party.first(i % 3), Operation.of("release"));
      recorder.answered(Party.first(i % 3), call, "released");
    }
    assertThat(Linearizability.check(new SemaphoreModel(0), recorder.history()).isLinearizable())
        .isTrue();
  }
}
