package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that ends a wait, for each method that waits, in one process. */
@ParameterizedClass
@MethodSource("waits")
class QueueWaitingTest {
  private static final long SHORT = 50;

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  /** A method that waits. */
  enum Wait {
    PUT(Side.PUTS),
    OFFER(Side.PUTS),
    OFFER_ALL(Side.PUTS),
    TAKE(Side.TAKES),
    POLL(Side.TAKES),
    RECEIVE(Side.TAKES),
    RECEIVE_FOR(Side.TAKES),
    JOIN(Side.JOINS),
    JOIN_FOR(Side.JOINS);

    final Side side;

    Wait(Side side) {
      this.side = side;
    }

    boolean isTimed() {
      return this != PUT && this != TAKE && this != RECEIVE && this != JOIN;
    }

    boolean needsJoinable() {
      return this == RECEIVE || this == RECEIVE_FOR || side == Side.JOINS;
    }

    /** Calls it; true iff it did what it waited for. */
    boolean call(ProcessQueue<String> queue, String item, long time, TimeUnit unit)
        throws InterruptedException {
      return switch (this) {
        case PUT -> {
          queue.put(item);
          yield true;
        }
        case OFFER -> queue.offer(item, time, unit);
        case OFFER_ALL -> queue.offerAll(List.of(item), time, unit) == 1;
        case TAKE -> queue.take() != null;
        case POLL -> queue.poll(time, unit) != null;
        case RECEIVE -> done(joinable(queue).receive());
        case RECEIVE_FOR -> joinable(queue).receive(time, unit).map(Wait::done).orElse(false);
        case JOIN -> {
          joinable(queue).join();
          yield true;
        }
        case JOIN_FOR -> joinable(queue).join(time, unit);
      };
    }

    private static boolean done(JoinableQueue.Delivery<String> delivery) {
      delivery.done();
      return true;
    }

    private static JoinableQueue<String> joinable(ProcessQueue<String> queue) {
      return (JoinableQueue<String>) queue;
    }
  }

  /** What it waits for. */
  enum Side {
    PUTS,
    TAKES,
    JOINS
  }

  /** A method of one of the two classes. */
  record Subject(boolean joinable, Wait method) {
    ProcessQueue<String> open(String name) {
      return joinable
          ? JoinableQueue.open(name, Codec.strings(), 1)
          : ProcessQueue.open(name, Codec.strings(), 1);
    }

    @Override
    public String toString() {
      return (joinable ? "JoinableQueue " : "ProcessQueue ") + method;
    }
  }

  static Stream<Subject> waits() {
    return Stream.of(false, true)
        .flatMap(joinable -> Stream.of(Wait.values()).map(wait -> new Subject(joinable, wait)))
        .filter(subject -> subject.joinable() || !subject.method().needsJoinable());
  }

  private final Subject subject;
  private final List<Actor> actors = new ArrayList<>();
  private String name;
  private ProcessQueue<String> queue;
  private ProcessQueue<String> other; // another handle

  QueueWaitingTest(Subject subject) {
    this.subject = subject;
  }

  @BeforeEach
  void openInAStateThatBlocks() throws Exception {
    name = memory.name();
    queue = subject.open(name);
    other = subject.open(name);
    if (subject.method().side != Side.TAKES) {
      other.put("first");
    }
  }

  @AfterEach
  void close() {
    actors.forEach(Actor::close);
    queue.close();
    other.close();
  }

  private Actor actor() {
    Actor actor = new Actor();
    actors.add(actor);
    return actor;
  }

  private boolean call() throws InterruptedException {
    return subject.method().call(queue, "mine", Long.MAX_VALUE, TimeUnit.DAYS);
  }

  /** A thread that waits in the method, asleep in the kernel. */
  private Future<Boolean> begin(Actor actor) {
    Callable<Boolean> call = this::call;
    Future<Boolean> begun = actor.begin(call);
    actor.awaitInside("waitSleep");
    return begun;
  }

  /** Lets one waiting thread go on. */
  private void satisfy() throws Exception {
    switch (subject.method().side) {
      case PUTS -> {
        assertThat(other.take()).isNotNull();
        if (other instanceof JoinableQueue<String> joinable) {
          joinable.taskDone();
        }
      }
      case TAKES -> other.put("theirs");
      case JOINS -> {
        other.take();
        ((JoinableQueue<String>) other).taskDone();
      }
    }
  }

  private void assertUnchanged() {
    assertThat(other.size()).isEqualTo(subject.method().side == Side.TAKES ? 0 : 1);
    assertThat(other.peek()).isEqualTo(subject.method().side == Side.TAKES ? null : "first");
  }

  @Test
  void itGoesOnWhenWhatItWaitsForComes() throws Exception {
    Future<Boolean> waiting = begin(actor());
    satisfy();
    assertThat(Actor.result(waiting)).isTrue();
    if (subject.method().side == Side.PUTS) {
      assertThat(other.poll()).isEqualTo("mine");
    }
    assertThat(other.size()).isZero();
  }

  @Test
  void itDoesNotWaitForWhatIsThere() throws Exception {
    satisfy();
    assertThat(call()).isTrue();
  }

  @Test
  void itsTimeEndsIt() throws Exception {
    assumeTrue(subject.method().isTimed());
    long start = System.nanoTime();
    assertThat(subject.method().call(queue, "mine", SHORT, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(SHORT));
    assertThat(subject.method().call(queue, "mine", 0, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(subject.method().call(queue, "mine", Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
    assertUnchanged();
  }

  @Test
  void anInterruptEndsItWithNothingDone() throws Exception {
    Actor actor = actor();
    Future<Boolean> waiting = begin(actor);
    actor.thread().interrupt();
    assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(InterruptedException.class);
    assertThat((boolean) actor.get(Thread::interrupted)).isFalse();
    assertUnchanged();
    satisfy();
    assertThat(call()).isTrue();
  }

  @Test
  void anInterruptBeforeItEndsItWithNothingDone() throws Exception {
    satisfy();
    Thread.currentThread().interrupt();
    assertThatThrownBy(this::call).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(call()).isTrue();
  }

  @Test
  void closingItsHandleEndsItAndOnlyIt() throws Exception {
    Future<Boolean> waiting = begin(actor());
    queue.close();
    assertThatThrownBy(() -> Actor.result(waiting))
        .isInstanceOf(ClosedObjectException.class)
        .hasMessageContaining(name);
    assertUnchanged();
    queue = subject.open(name);
    Future<Boolean> again = begin(actor());
    satisfy();
    assertThat(Actor.result(again)).isTrue();
  }

  @Test
  void closingAnotherHandleDoesNotEndIt() throws Exception {
    Future<Boolean> waiting = begin(actor());
    subject.open(name).close();
    other.close();
    other = subject.open(name);
    satisfy();
    assertThat(Actor.result(waiting)).isTrue();
  }

  @Test
  void closingTheLastHandleEndsIt() throws Exception {
    Future<Boolean> first = begin(actor());
    Actor second = actor();
    Future<Boolean> parked = second.begin(this::call);
    second.awaitInside("park");
    other.close();
    queue.close();
    assertThatThrownBy(() -> Actor.result(first)).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> Actor.result(parked)).isInstanceOf(ClosedObjectException.class);
    other = subject.open(name);
    assertUnchanged();
  }

  @Test
  void aShutdownEndsItUnlessItIsJoin() throws Exception {
    Future<Boolean> first = begin(actor());
    Actor second = actor();
    Future<Boolean> parked = second.begin(this::call);
    second.awaitInside("park");
    other.shutdown();
    if (subject.method().side == Side.JOINS) {
      assertThat(queue.isShutdown()).isTrue();
      satisfy();
      assertThat(Actor.result(first)).isTrue();
      assertThat(Actor.result(parked)).isTrue();
    } else {
      assertThatThrownBy(() -> Actor.result(first)).isInstanceOf(QueueShutdownException.class);
      assertThatThrownBy(() -> Actor.result(parked)).isInstanceOf(QueueShutdownException.class);
      assertUnchanged();
    }
  }

  @Test
  void thoseWhoWaitTogetherGoOnOneByOne() throws Exception {
    assumeTrue(subject.method().side != Side.JOINS);
    List<Future<Boolean>> waiting = new ArrayList<>();
    waiting.add(begin(actor()));
    for (int i = 0; i < 4; i++) {
      Actor actor = actor();
      waiting.add(actor.begin(this::call));
      actor.awaitInside("park");
    }
    for (int i = 1; i <= 5; i++) {
      satisfyWhenPossible();
      int count = i;
      soon()
          .untilAsserted(() -> assertThat(waiting.stream().filter(Future::isDone)).hasSize(count));
    }
    for (Future<Boolean> each : waiting) {
      assertThat(Actor.result(each)).isTrue();
    }
  }

  private static ConditionFactory soon() {
    return Awaitility.await()
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(1, TimeUnit.MILLISECONDS);
  }

  /** With a capacity of one, the next place is free only when the last waiter is through. */
  private void satisfyWhenPossible() throws Exception {
    if (subject.method().side == Side.PUTS) {
      soon().until(() -> other.size() == 1);
    }
    satisfy();
  }

  @Test
  void thoseWhoStayAreServedWhenTheOneInFrontGivesUp() throws Exception {
    Actor first = actor();
    Future<Boolean> front = begin(first);
    Actor second = actor();
    Future<Boolean> parked = second.begin(this::call);
    second.awaitInside("park");
    first.thread().interrupt();
    assertThatThrownBy(() -> Actor.result(front)).isInstanceOf(InterruptedException.class);
    satisfy();
    assertThat(Actor.result(parked)).isTrue();
  }

  @Test
  void whatDoesNotWaitDoesNotWaitBehindIt() throws Exception {
    Future<Boolean> waiting = begin(actor());
    switch (subject.method().side) {
      case PUTS -> {
        assertThat(queue.offer("no")).isFalse();
        assertThatThrownBy(() -> queue.add("no")).isInstanceOf(IllegalStateException.class);
      }
      case TAKES -> {
        assertThat(queue.poll()).isNull();
        assertThat(queue.drainTo(new ArrayList<>())).isZero();
        queue.clear();
      }
      case JOINS -> assertThat(((JoinableQueue<String>) queue).join(0, TimeUnit.SECONDS)).isFalse();
    }
    assertUnchanged();
    assertThat(queue.toString()).contains(" of 1");
    satisfy();
    assertThat(Actor.result(waiting)).isTrue();
  }
}
