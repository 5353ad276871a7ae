package org.interlock.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.interlock.posix.PosixNames.errorOf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.interlock.ClosedObjectException;
import org.interlock.testing.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConditionVariableTest {
  private static final String IN_WAIT = "il_posix_cond_wait";
  private static final int STATE = 0;
  private static final long SIZE = 4096;

  @RegisterExtension final PosixNames names = new PosixNames();

  private final Actor other = new Actor();
  private SharedMemory memory;
  private Mutex mutex;
  private ConditionVariable changed;

  @BeforeEach
  void open() {
    memory = SharedMemory.create(names.name(), SIZE);
    mutex = Mutex.init(memory, 64);
    changed = ConditionVariable.init(memory, 128);
  }

  @AfterEach
  void close() {
    other.close();
    memory.close();
  }

  /** Something that waits once, with the mutex. */
  private interface Wait {
    void once();
  }

  private void awaitState(long wanted) {
    awaitState(wanted, () -> changed.await(mutex));
  }

  private void awaitState(long wanted, Wait wait) {
    mutex.lock();
    while (memory.buffer().getLong(STATE) != wanted) {
      wait.once();
    }
    mutex.unlock();
  }

  /** Who is inside of a wait has let go of the mutex when this returns. */
  private void setState(long state) {
    mutex.lock();
    memory.buffer().putLong(STATE, state);
    mutex.unlock();
  }

  /** Waits until a wait fails. */
  private String errorOfWaiting() {
    String error;
    do {
      error = errorOf(() -> changed.await(mutex));
    } while (error.isEmpty());
    return error;
  }

  @Test
  void everyWaitingFormEndsWithASignal() throws Exception {
    List<Wait> forms =
        List.of(
            () -> changed.await(mutex),
            () -> assertThat(changed.timedWait(mutex, 1, TimeUnit.HOURS)).isTrue(),
            () -> assertThat(changed.timedWait(mutex, Long.MAX_VALUE, TimeUnit.DAYS)).isTrue());
    for (int i = 0; i < forms.size(); i++) {
      long state = i + 1L;
      Wait form = forms.get(i);
      Future<Void> waiting = other.start(() -> awaitState(state, form));
      other.awaitInside(IN_WAIT);
      setState(state);
      assertThat(waiting.isDone()).isFalse();
      changed.signal();
      Actor.result(waiting);
    }
    assertThat(changed)
        .hasToString("ConditionVariable[at 128 of SharedMemory[" + memory.name() + "]]");
    changed.destroy();
  }

  @Test
  void aBroadcastEndsTheWaitOfAll() throws Exception {
    List<Actor> actors = List.of(new Actor(), new Actor(), new Actor());
    List<Future<Void>> waits = new ArrayList<>();
    for (Actor actor : actors) {
      waits.add(actor.start(() -> awaitState(2)));
      actor.awaitInside(IN_WAIT);
    }
    setState(2);
    changed.broadcast();
    for (Future<Void> wait : waits) {
      Actor.result(wait);
    }
    actors.forEach(Actor::close);
    changed.destroy();
  }

  @Test
  void aTimedWaitLastsAtLeastThatLongAndEndsWithTheMutex() throws Exception {
    mutex.lock();
    long start = System.nanoTime();
    while (changed.timedWait(mutex, 120, TimeUnit.MILLISECONDS)) {
      start = System.nanoTime(); // a wake-up without a signal
    }
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(120_000_000L);
    assertThat(other.get(mutex::tryLock)).isEmpty();
    mutex.unlock();
  }

  @Test
  void aTimeThatIsNotPositiveIsOverAtOnce() throws Exception {
    mutex.lock();
    for (long time : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThat(changed.timedWait(mutex, time, TimeUnit.DAYS)).isFalse();
    }
    assertThat(other.get(mutex::tryLock)).isEmpty();
    mutex.unlock();
  }

  @Test
  void signalsWithoutWaitersAreNotKept() {
    changed.signal();
    changed.broadcast();
    mutex.lock();
    assertThat(changed.timedWait(mutex, 20, TimeUnit.MILLISECONDS)).isFalse();
    mutex.unlock();
  }

  @Test
  void anInterruptIsKeptForLater() throws Exception {
    Future<Boolean> waiting =
        other.begin(
            () -> {
              awaitState(1);
              return Thread.interrupted();
            });
    other.awaitInside(IN_WAIT).thread().interrupt();
    assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    setState(1);
    changed.signal();
    assertThat(Actor.result(waiting)).isTrue();
  }

  @Test
  void waitingWithoutTheMutexIsEperm() throws Exception {
    assertThat(errorOf(() -> changed.await(mutex))).isEqualTo("EPERM of pthread_cond_wait");
    assertThat(errorOf(() -> changed.timedWait(mutex, 1, TimeUnit.HOURS)))
        .isEqualTo("EPERM of pthread_cond_wait");
    other.run(mutex::lock);
    assertThat(errorOf(() -> changed.await(mutex))).isEqualTo("EPERM of pthread_cond_wait");
    other.run(mutex::unlock);
  }

  @Test
  void badArgumentsAreRefused() {
    long last = (SIZE - ConditionVariable.size()) / 8 * 8;
    for (long bad : new long[] {-8, SIZE, last + 8, Long.MAX_VALUE - 7}) {
      for (Actor.Step step :
          List.<Actor.Step>of(
              () -> ConditionVariable.init(memory, bad), () -> ConditionVariable.at(memory, bad))) {
        assertThatThrownBy(step::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("condition variable at " + bad, memory.name(), "outside");
      }
    }
    assertThatThrownBy(() -> ConditionVariable.at(memory, 12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("misaligned");
    assertThatNullPointerException().isThrownBy(() -> ConditionVariable.init(null, 0));
    assertThatNullPointerException().isThrownBy(() -> ConditionVariable.at(null, 0));
    assertThatNullPointerException().isThrownBy(() -> changed.await(null));
    assertThatNullPointerException().isThrownBy(() -> changed.timedWait(mutex, 1, null));
  }

  @Test
  void whoWaitsIsToldOfAnOwnerThatDiedMeanwhile() throws Exception {
    Future<String> waiting =
        other.begin(
            () -> {
              mutex.lock();
              try {
                return errorOfWaiting();
              } finally {
                mutex.makeConsistent(); // it holds it
                mutex.unlock();
              }
            });
    other.awaitInside(IN_WAIT);
    Actor doomed = new Actor();
    doomed.run(
        () -> {
          mutex.lock();
          changed.signal();
        });
    doomed.end();
    assertThat(Actor.result(waiting)).isEqualTo("EOWNERDEAD of pthread_cond_wait");
    assertThat(mutex.lock()).isEqualTo(Mutex.Acquired.NORMAL);
    mutex.unlock();
  }

  @Test
  void itsMemoryIsNotClosedWhileAThreadIsBlockedInIt() throws Exception {
    Future<Void> waiting = other.start(() -> awaitState(1));
    other.awaitInside(IN_WAIT);
    setState(1);
    assertThatThrownBy(memory::close)
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(ClosedObjectException.class)
        .hasMessageContainingAll(memory.name(), "blocked");
    changed.signal(); // all is as it was
    Actor.result(waiting);
  }

  @Test
  void theMutexIsHeldAgainAfterAWait() throws Exception {
    Future<Void> waiting =
        other.start(
            () -> {
              mutex.lock();
              while (memory.buffer().getLong(STATE) != 1) {
                changed.await(mutex);
              }
            });
    other.awaitInside(IN_WAIT);
    setState(1); // another owner meanwhile
    changed.signal();
    Actor.result(waiting);
    assertThatThrownBy(memory::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the thread actor holds the mutex at 64");
    other.run(mutex::unlock);
  }

  @Test
  void afterClosingItsMemoryNothingWorks() {
    memory.close();
    for (Actor.Step step :
        List.<Actor.Step>of(
            () -> changed.await(mutex),
            () -> changed.timedWait(mutex, 1, TimeUnit.SECONDS),
            changed::signal,
            changed::broadcast,
            changed::destroy,
            () -> ConditionVariable.init(memory, 128),
            () -> ConditionVariable.at(memory, 128))) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(memory.name());
    }
  }

  @Test
  void aProgramInCWaitsForJava() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("cond-size")).isEqualTo(Long.toString(ConditionVariable.size()));
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      for (Wait wake : List.<Wait>of(changed::signal, changed::broadcast)) {
        assertThat(peer.ask("mutex-lock - 64")).isEqualTo("ok");
        peer.block("cond-wait - 128 64");
        mutex.lock();
        wake.once();
        mutex.unlock();
        assertThat(peer.answer()).isEqualTo("ok");
        assertThat(mutex.tryLock()).isEmpty();
        assertThat(peer.ask("mutex-unlock - 64")).isEqualTo("ok");
      }
    }
  }

  @Test
  void javaWaitsForAProgramInC() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      long state = 1;
      for (String wake : List.of("cond-signal", "cond-broadcast")) {
        long wanted = state++;
        Future<Void> waiting = other.start(() -> awaitState(wanted));
        other.awaitInside(IN_WAIT);
        assertThat(peer.ask("mutex-lock - 64")).isEqualTo("ok");
        assertThat(peer.ask("put - 0 " + wanted)).isEqualTo("ok");
        assertThat(peer.ask(wake + " - 128")).isEqualTo("ok");
        assertThat(peer.ask("mutex-unlock - 64")).isEqualTo("ok");
        Actor.result(waiting);
      }
    }
  }

  /** It is made with another clock. */
  @Test
  void usesThatOfAProgramInC() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      assertThat(peer.ask("mutex-init - 256")).isEqualTo("ok");
      assertThat(peer.ask("cond-init - 320")).isEqualTo("ok");
      Mutex mutexOfC = Mutex.at(memory, 256);
      ConditionVariable ofC = ConditionVariable.at(memory, 320);
      mutexOfC.lock();
      long start = System.nanoTime();
      while (ofC.timedWait(mutexOfC, 60, TimeUnit.MILLISECONDS)) {
        start = System.nanoTime();
      }
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(60_000_000L);
      mutexOfC.unlock();
      assertThat(peer.ask("mutex-lock - 256")).isEqualTo("ok");
      assertThat(peer.ask("cond-wait-100ms - 320 256")).isEqualTo("ETIMEDOUT");
      peer.block("cond-wait - 320 256");
      mutexOfC.lock();
      ofC.signal();
      mutexOfC.unlock();
      assertThat(peer.answer()).isEqualTo("ok");
      assertThat(peer.ask("mutex-unlock - 256")).isEqualTo("ok");
    }
  }

  @Test
  void javaIsToldOfAProgramInCThatWasKilledAfterItsSignal() throws Exception {
    Future<String> waiting =
        other.begin(
            () -> {
              mutex.lock();
              try {
                return errorOfWaiting();
              } finally {
                mutex.makeConsistent();
                mutex.unlock();
              }
            });
    other.awaitInside(IN_WAIT);
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      assertThat(peer.ask("mutex-lock - 64")).isEqualTo("ok");
      assertThat(peer.ask("cond-signal - 128")).isEqualTo("ok");
      peer.kill();
    }
    assertThat(Actor.result(waiting)).isEqualTo("EOWNERDEAD of pthread_cond_wait");
    assertThat(mutex.lock()).isEqualTo(Mutex.Acquired.NORMAL);
    mutex.unlock();
  }
}
