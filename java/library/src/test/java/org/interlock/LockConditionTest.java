package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process: each method of a condition, how it waits and what ends the wait. */
class LockConditionTest {
  private static final String WAITING = "sleepWithoutLock";
  private static final String RETURNING = "takeBack";

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private final Actor other = new Actor();
  private ProcessLock lock;
  private Condition condition;

  /** A way of waiting. */
  private interface Form {
    void await() throws Exception;
  }

  @BeforeEach
  void open() {
    lock = ProcessLock.create();
    condition = lock.newCondition();
  }

  @AfterEach
  void close() {
    other.close();
    lock.close();
  }

  private List<Form> interruptibleForms() {
    return List.of(
        condition::await,
        () -> assertThat(condition.await(1, TimeUnit.HOURS)).isTrue(),
        () -> assertThat(condition.awaitNanos(Long.MAX_VALUE)).isPositive(),
        () -> assertThat(condition.awaitUntil(inAnHour())).isTrue());
  }

  private List<Form> forms() {
    List<Form> forms = new ArrayList<>(interruptibleForms());
    forms.add(condition::awaitUninterruptibly);
    return forms;
  }

  private static Date inAnHour() {
    return new Date(System.currentTimeMillis() + TimeUnit.HOURS.toMillis(1));
  }

  /** Waits with the lock, and is inside, without the lock, when this returns. */
  private Future<Integer> begin(Actor actor, Form form) throws Exception {
    Future<Integer> waiting =
        actor.begin(
            () -> {
              lock.lock();
              try {
                form.await();
                return lock.getHoldCount();
              } finally {
                lock.unlock();
              }
            });
    actor.awaitInside(WAITING);
    lock.lock(); // it has given it back
    lock.unlock();
    return waiting;
  }

  private void signal() {
    lock.lock();
    condition.signal();
    lock.unlock();
  }

  @Test
  void everyFormEndsWithASignal() throws Exception {
    for (Form form : forms()) {
      Future<Integer> waiting = begin(other, form);
      signal();
      assertThat(Actor.result(waiting)).isEqualTo(1);
    }
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void theLockIsTakenAgainBeforeItReturns() throws Exception {
    Future<Integer> waiting = begin(other, condition::await);
    lock.lock();
    condition.signal();
    other.awaitInside(RETURNING);
    assertThatThrownBy(() -> waiting.get(150, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    lock.unlock();
    assertThat(Actor.result(waiting)).isEqualTo(1);
  }

  @Test
  void allHoldsAreGivenBackAndTakenAgain() throws Exception {
    Future<Integer> waiting =
        begin(
            other,
            () -> {
              lock.lock();
              lock.lock();
              condition.await();
              assertThat(lock.getHoldCount()).isEqualTo(3);
              lock.unlock();
              lock.unlock();
            });
    signal();
    assertThat(Actor.result(waiting)).isEqualTo(1);
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void aSignalGoesToWhoeverHasWaitedLongest() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    List<Integer> order = new ArrayList<>(); // guarded by the lock
    List<Future<Integer>> waits = new ArrayList<>();
    for (int i = 0; i < actors.size(); i++) {
      int place = i;
      waits.add(
          begin(
              actors.get(i),
              () -> {
                condition.await();
                order.add(place);
              }));
    }
    for (int i = 0; i < actors.size(); i++) {
      signal();
      Actor.result(waits.get(i));
    }
    assertThat(order).containsExactly(0, 1, 2);
    actors.forEach(Actor::close);
  }

  @Test
  void signalAllReachesAllOfThisConditionAndNoOther() throws Exception {
    Condition second = lock.newCondition();
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    List<Future<Integer>> waits = new ArrayList<>();
    for (Actor actor : actors) {
      waits.add(begin(actor, condition::await));
    }
    Future<Integer> elsewhere = begin(other, second::await);
    lock.lock();
    condition.signalAll();
    lock.unlock();
    for (Future<Integer> wait : waits) {
      Actor.result(wait);
    }
    assertThat(elsewhere.isDone()).isFalse();
    lock.lock();
    second.signalAll();
    lock.unlock();
    Actor.result(elsewhere);
    actors.forEach(Actor::close);
  }

  @Test
  void aSignalThatNobodyWaitsForIsLost() throws Exception {
    signal();
    lock.lock();
    assertThat(condition.await(20, TimeUnit.MILLISECONDS)).isFalse();
    lock.unlock();
  }

  @Test
  void deadlines() throws Exception {
    lock.lock();
    long start = System.nanoTime();
    assertThat(condition.await(120, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(120_000_000L);
    assertThat(condition.awaitNanos(1_000_000)).isNotPositive();
    assertThat(condition.awaitUntil(new Date(System.currentTimeMillis() + 30))).isFalse();
    assertThat(condition.awaitUntil(new Date(0))).isFalse();
    assertThat(condition.awaitUntil(new Date(Long.MIN_VALUE))).isFalse();
    assertThat(condition.await(0, TimeUnit.SECONDS)).isFalse();
    assertThat(condition.await(Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
    assertThat(condition.awaitNanos(-1)).isNotPositive();
    assertThat(lock.getHoldCount()).isEqualTo(1);
    lock.unlock();
  }

  @Test
  void aWaitThatIsOverBeforeItBeginsStillLetsOthersIn() throws Exception {
    lock.lock();
    Future<Void> entering =
        other.start(
            () -> {
              lock.lock();
              lock.unlock();
            });
    other.awaitInside("waitTurn");
    while (!entering.isDone()) {
      assertThat(condition.await(0, TimeUnit.SECONDS)).isFalse();
    }
    assertThat(lock.getHoldCount()).isEqualTo(1);
    lock.unlock();
    Actor.result(entering);
  }

  @Test
  void onlyTheOwnerMay() throws Exception {
    List<Form> all = new ArrayList<>(forms());
    all.add(condition::signal);
    all.add(condition::signalAll);
    for (Form form : all) {
      assertThatThrownBy(form::await)
          .isInstanceOf(IllegalMonitorStateException.class)
          .hasMessageContaining(lock.name());
      lock.lock();
      assertThatThrownBy(() -> other.run(form::await))
          .isInstanceOf(IllegalMonitorStateException.class);
      assertThat(lock.getHoldCount()).isEqualTo(1);
      lock.unlock();
    }
  }

  @Test
  void anInterruptEndsAWaitWithTheLock() throws Exception {
    for (Form form : interruptibleForms()) {
      Future<Integer> waiting = begin(other, form);
      lock.lock();
      other.thread().interrupt();
      other.awaitInside(RETURNING);
      assertThat(waiting.isDone()).isFalse();
      condition.signal(); // too late: it is nobody's
      lock.unlock();
      assertThatThrownBy(() -> Actor.result(waiting)).isInstanceOf(InterruptedException.class);
      assertThat(other.is(Thread::interrupted)).isFalse();
      assertThat(lock.isLocked()).isFalse();
    }
  }

  @Test
  void anInterruptBeforeTheCallKeepsTheLock() throws Exception {
    for (Form form : interruptibleForms()) {
      Actor.Step interrupted =
          () -> {
            lock.lock();
            lock.lock();
            Thread.currentThread().interrupt();
            try {
              form.await();
            } finally {
              assertThat(lock.getHoldCount()).isEqualTo(2);
              lock.unlock();
              lock.unlock();
            }
          };
      assertThatThrownBy(() -> other.run(interrupted)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void anInterruptAfterTheSignalIsKept() throws Exception {
    Future<Integer> waiting =
        begin(
            other,
            () -> {
              condition.await();
              assertThat(Thread.interrupted()).isTrue();
            });
    lock.lock();
    condition.signal();
    other.thread().interrupt();
    lock.unlock();
    assertThat(Actor.result(waiting)).isEqualTo(1);
  }

  @Test
  void theSignalOfAnInterruptedWaiterIsNotLost() throws Exception {
    try (Actor first = new Actor()) {
      for (int round = 0; round < 20; round++) {
        Future<Integer> a =
            begin(
                first,
                () -> {
                  condition.await();
                  assertThat(Thread.interrupted()).isTrue();
                });
        Future<Integer> b = begin(other, condition::await);
        lock.lock();
        first.thread().interrupt();
        if (round % 2 == 0) {
          first.awaitInside(RETURNING);
        }
        condition.signal();
        lock.unlock();
        try {
          Actor.result(a); // it had the signal first
          assertThat(round % 2).isEqualTo(1);
          signal();
        } catch (InterruptedException e) {
          assertThat(first.thread().isInterrupted()).isFalse();
        }
        Actor.result(b);
      }
    }
  }

  @Test
  void awaitUninterruptiblyKeepsTheInterruptForLater() throws Exception {
    Future<Integer> waiting =
        begin(
            other,
            () -> {
              condition.awaitUninterruptibly();
              assertThat(Thread.interrupted()).isTrue();
            });
    other.thread().interrupt();
    assertThatThrownBy(() -> waiting.get(150, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    signal();
    assertThat(Actor.result(waiting)).isEqualTo(1);
  }

  @Test
  void closingEndsAWaitWithTheLock() throws Exception {
    for (int i = 0; i < 5; i++) {
      ProcessLock closed = ProcessLock.create();
      Condition of = closed.newCondition();
      Form form =
          List.<Form>of(
                  of::await,
                  of::awaitUninterruptibly,
                  () -> of.awaitNanos(Long.MAX_VALUE),
                  () -> of.await(1, TimeUnit.HOURS),
                  () -> of.awaitUntil(inAnHour()))
              .get(i);
      Future<Boolean> waiting =
          other.begin(
              () -> {
                closed.lock();
                closed.lock();
                try {
                  form.await();
                  return false;
                } catch (ClosedObjectException e) {
                  closed.unlock();
                  return true;
                } finally {
                  closed.unlock();
                }
              });
      other.awaitInside(WAITING);
      closed.close();
      assertThat(Actor.result(waiting)).isTrue();
      assertThat(SharedMemory.exists(closed.name())).isFalse();
    }
  }

  @Test
  void closingOneHandleOfTwo() throws Exception {
    String name = names.name();
    ProcessLock one = ProcessLock.open(name);
    ProcessLock two = ProcessLock.open(name);
    Condition ofOne = one.condition("turn");
    Condition ofTwo = two.condition("turn");
    assertThat(ofOne).isEqualTo(ofTwo).hasSameHashCodeAs(ofTwo).isNotEqualTo(condition);
    assertThat(ofOne).isNotEqualTo(one.condition("another")).isNotEqualTo(one.newCondition());
    assertThat(ofOne.toString()).contains("turn").contains(name);
    Future<Void> waiting =
        other.start(
            () -> {
              two.lock();
              try {
                ofTwo.await();
              } finally {
                two.unlock();
              }
            });
    other.awaitInside(WAITING);
    one.lock();
    one.close();
    assertThatThrownBy(ofOne::signal).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(ofOne::signalAll).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(ofOne::await).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(one::newCondition).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> one.condition("turn")).isInstanceOf(ClosedObjectException.class);
    assertThat(two.getHoldCount()).isEqualTo(1);
    ofTwo.signal();
    one.unlock();
    Actor.result(waiting);
    two.close();
  }

  @Test
  void deathsAreToldWhenTheLockIsTakenAgain() throws Exception {
    List<ProcessLock.OwnerDeath> deaths = new ArrayList<>();
    lock.onOwnerDeath(deaths::add);
    Future<List<Boolean>> waiting =
        other.begin(
            () -> {
              try (ProcessLock.Hold hold = lock.hold()) {
                boolean before = hold.previousOwnerDied();
                condition.await();
                boolean after = hold.previousOwnerDied();
                assertThat(condition.await(1, TimeUnit.NANOSECONDS)).isFalse();
                return List.of(before, after, hold.previousOwnerDied());
              }
            });
    other.awaitInside(WAITING);
    Actor doomed = new Actor();
    doomed.run(
        () -> {
          lock.lock();
          condition.signal();
        });
    doomed.end();
    assertThat(Actor.result(waiting)).containsExactly(false, true, true);
    assertThat(deaths).hasSize(1);
    assertThat(lock.hold().previousOwnerDied()).isFalse();
    lock.unlock();
  }

  @Test
  void aRepairThatThrowsPassesTheSignalOn() throws Exception {
    Future<Integer> first = begin(other, condition::await);
    try (Actor second = new Actor()) {
      Future<Integer> next = begin(second, condition::await);
      int[] calls = {0};
      lock.onOwnerDeath(
          death -> {
            if (calls[0]++ == 0) {
              throw new IllegalStateException("too broken");
            }
          });
      Actor doomed = new Actor();
      doomed.run(
          () -> {
            lock.lock();
            condition.signal();
          });
      doomed.end();
      assertThatThrownBy(() -> Actor.result(first))
          .isInstanceOf(IllegalMonitorStateException.class); // of unlock in finally: not held
      Actor.result(next);
      assertThat(calls[0]).isEqualTo(2);
    }
  }

  @Test
  void limits() throws Exception {
    for (int i = 0; i < 64; i++) {
      assertThat(lock.condition("c" + i)).isEqualTo(lock.condition("c" + i));
    }
    assertThatThrownBy(() -> lock.condition("one-more"))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("64")
        .hasMessageContaining(lock.name());
    for (int i = 0; i < 200; i++) {
      assertThat(lock.newCondition()).isNotEqualTo(condition); // these have no limit
    }
    assertThatThrownBy(() -> lock.condition("a b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> lock.condition(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void pingPong() throws Exception {
    int[] turn = {0};
    Condition changed = lock.condition("changed");
    Actor.Step odd = () -> play(turn, changed, 1);
    Future<Void> playing = other.start(odd);
    play(turn, changed, 0);
    Actor.result(playing);
    assertThat(turn[0]).isEqualTo(400);
  }

  private void play(int[] turn, Condition changed, int mine) throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      lock.lock();
      try {
        while (turn[0] % 2 != mine) {
          changed.await();
        }
        turn[0]++;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }
  }
}
