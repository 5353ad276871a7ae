package org.interlock.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.interlock.posix.PosixNames.errorOf;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.interlock.ClosedObjectException;
import org.interlock.posix.Mutex.Acquired;
import org.interlock.testing.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MutexTest {
  private static final String IN_LOCK = "il_posix_mutex_lock";
  private static final long PLACE = 64;
  private static final long SIZE = 4096;

  @RegisterExtension final PosixNames names = new PosixNames();

  private final Actor other = new Actor();
  private SharedMemory memory;
  private Mutex mutex;

  @BeforeEach
  void open() {
    memory = SharedMemory.create(names.name(), SIZE);
    mutex = Mutex.init(memory, PLACE);
  }

  @AfterEach
  void close() {
    other.close();
    memory.close();
  }

  /** A thread takes it and ends. */
  private static void lockAndDie(Mutex mutex) throws Exception {
    Actor doomed = new Actor();
    doomed.run(mutex::lock);
    doomed.end();
  }

  @Test
  void excludesOtherThreads() throws Exception {
    assertThat(mutex.lock()).isEqualTo(Acquired.NORMAL);
    assertThat(other.get(mutex::tryLock)).isEmpty();
    mutex.unlock();
    assertThat(other.get(mutex::tryLock)).hasValue(Acquired.NORMAL);
    assertThat(mutex.tryLock()).isEmpty();
    other.run(mutex::unlock);
    assertThat(mutex).hasToString("Mutex[at 64 of SharedMemory[" + memory.name() + "]]");
    mutex.destroy();
  }

  @Test
  void everyWaitingFormEndsWithAnUnlock() throws Exception {
    for (Actor.Step form :
        List.<Actor.Step>of(
            () -> assertThat(mutex.lock()).isEqualTo(Acquired.NORMAL),
            () -> assertThat(mutex.timedLock(1, TimeUnit.HOURS)).hasValue(Acquired.NORMAL),
            () ->
                assertThat(mutex.timedLock(Long.MAX_VALUE, TimeUnit.DAYS))
                    .hasValue(Acquired.NORMAL))) {
      mutex.lock();
      Future<Void> waiting = other.start(form);
      other.awaitInside(IN_LOCK);
      assertThat(waiting.isDone()).isFalse();
      mutex.unlock();
      Actor.result(waiting);
      other.run(mutex::unlock);
    }
  }

  @Test
  void aTimedLockLastsAtLeastThatLong() throws Exception {
    mutex.lock();
    long start = System.nanoTime();
    assertThat(other.get(() -> mutex.timedLock(120, TimeUnit.MILLISECONDS))).isEmpty();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(120_000_000L);
    mutex.unlock();
  }

  @Test
  void aTimeThatIsNotPositiveTriesOnce() throws Exception {
    for (long time : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThat(mutex.timedLock(time, TimeUnit.DAYS)).hasValue(Acquired.NORMAL);
      assertThat(other.get(() -> mutex.timedLock(time, TimeUnit.DAYS))).isEmpty();
      mutex.unlock();
    }
  }

  @Test
  void anInterruptIsKeptForLater() throws Exception {
    mutex.lock();
    Future<Boolean> waiting =
        other.begin(
            () -> {
              mutex.lock();
              mutex.unlock();
              return Thread.interrupted();
            });
    other.awaitInside(IN_LOCK).thread().interrupt();
    assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    mutex.unlock();
    assertThat(Actor.result(waiting)).isTrue();
  }

  @Test
  void isTheSameInEveryMapping() throws Exception {
    try (SharedMemory again = SharedMemory.open(memory.name())) {
      Mutex same = Mutex.at(again, PLACE);
      mutex.lock();
      assertThat(other.get(same::tryLock)).isEmpty();
      assertThatThrownBy(same::destroy).isInstanceOf(IllegalStateException.class);
      same.unlock();
      assertThat(other.get(same::tryLock)).isPresent();
      other.run(mutex::unlock);
    }
  }

  @Test
  void whatWasUnlockedThroughAnotherMappingIsNotHeldInThisOne() {
    try (SharedMemory again = SharedMemory.open(memory.name())) {
      mutex.lock();
      Mutex.at(again, PLACE).unlock();
      memory.close();
    }
  }

  @Test
  void errorsAreThoseOfTheCall() throws Exception {
    assertThat(errorOf(mutex::unlock)).isEqualTo("EPERM of pthread_mutex_unlock");
    mutex.lock();
    assertThat(errorOf(mutex::lock)).isEqualTo("EDEADLK of pthread_mutex_lock");
    assertThat(errorOf(mutex::tryLock)).isEqualTo("EDEADLK of pthread_mutex_trylock");
    assertThat(errorOf(() -> mutex.timedLock(1, TimeUnit.HOURS)))
        .isEqualTo("EDEADLK of pthread_mutex_lock");
    assertThat(errorOf(() -> other.run(mutex::unlock))).isEqualTo("EPERM of pthread_mutex_unlock");
    assertThat(errorOf(mutex::makeConsistent)).isEqualTo("EINVAL of pthread_mutex_consistent");
    assertThat(other.get(mutex::tryLock)).isEmpty(); // none of these changed anything
    mutex.unlock();
    assertThatThrownBy(mutex::unlock)
        .hasMessageContainingAll(mutex.toString(), "does not hold", "lock it first");
  }

  @Test
  void whatAThreadHoldsIsNeitherInitialisedNorDestroyed() {
    mutex.lock();
    for (Actor.Step step : List.<Actor.Step>of(mutex::destroy, () -> Mutex.init(memory, PLACE))) {
      assertThatThrownBy(step::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              memory.name(), Thread.currentThread().getName(), "holds the mutex at 64", "unlock");
    }
    mutex.unlock();
    Mutex.init(memory, PLACE).lock();
    mutex.unlock();
  }

  @Test
  void badPlacesAreRefused() {
    long last = SIZE - Mutex.size();
    for (long bad : new long[] {-8, SIZE, last + 8, Long.MAX_VALUE - 7, Long.MIN_VALUE}) {
      for (Actor.Step step :
          List.<Actor.Step>of(() -> Mutex.init(memory, bad), () -> Mutex.at(memory, bad))) {
        assertThatThrownBy(step::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("mutex at " + bad, memory.name(), "outside", "0 to " + last);
      }
    }
    for (long odd : new long[] {1, 4, last - 4}) {
      assertThatThrownBy(() -> Mutex.init(memory, odd))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("mutex at " + odd, "misaligned", "multiple of 8");
    }
    try (SharedMemory small = SharedMemory.create(names.name(), Mutex.size() - 1)) {
      assertThatThrownBy(() -> Mutex.init(small, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("only " + small.size());
    }
    assertThatNullPointerException().isThrownBy(() -> Mutex.init(null, 0));
    assertThatNullPointerException().isThrownBy(() -> Mutex.at(null, 0));
    assertThatNullPointerException().isThrownBy(() -> mutex.timedLock(1, null));
    assertThat(Mutex.init(memory, last).tryLock()).isPresent();
    Mutex.at(memory, last).unlock();
  }

  @Test
  void theNextOwnerIsToldThatThisOneDied() throws Exception {
    lockAndDie(mutex);
    assertThat(mutex.lock()).isEqualTo(Acquired.OWNER_DIED);
    mutex.makeConsistent();
    mutex.unlock();
    assertThat(mutex.lock()).isEqualTo(Acquired.NORMAL);
    mutex.unlock();
  }

  @Test
  void everyWayOfTakingItTellsOfADeath() throws Exception {
    lockAndDie(mutex);
    assertThat(mutex.timedLock(1, TimeUnit.HOURS)).hasValue(Acquired.OWNER_DIED);
    mutex.makeConsistent();
    mutex.unlock();
    Actor doomed = new Actor();
    doomed.run(mutex::lock);
    Future<Acquired> waiting = other.begin(mutex::lock);
    other.awaitInside(IN_LOCK);
    doomed.end();
    assertThat(Actor.result(waiting)).isEqualTo(Acquired.OWNER_DIED);
    other.end(); // and without makeConsistent the news stays
    // A try may come before the kernel has gone through what the thread held.
    var tried = mutex.tryLock();
    while (tried.isEmpty()) {
      Thread.onSpinWait();
      tried = mutex.tryLock();
    }
    assertThat(tried).hasValue(Acquired.OWNER_DIED);
    mutex.makeConsistent();
    mutex.unlock();
  }

  @Test
  void withoutMakeConsistentItIsOfNoMoreUse() throws Exception {
    lockAndDie(mutex);
    assertThat(mutex.lock()).isEqualTo(Acquired.OWNER_DIED);
    mutex.unlock();
    assertThat(errorOf(mutex::lock)).isEqualTo("ENOTRECOVERABLE of pthread_mutex_lock");
    assertThat(errorOf(mutex::tryLock)).isEqualTo("ENOTRECOVERABLE of pthread_mutex_trylock");
    // Also after trylock, which in glibc leaves it locked.
    for (Actor.Step form :
        List.<Actor.Step>of(mutex::lock, () -> mutex.timedLock(1, TimeUnit.HOURS))) {
      assertThat(errorOf(() -> other.run(form))).isEqualTo("ENOTRECOVERABLE of pthread_mutex_lock");
      assertThat(errorOf(form::run)).isEqualTo("ENOTRECOVERABLE of pthread_mutex_lock");
    }
    mutex.destroy();
    Mutex.init(memory, PLACE);
    assertThat(mutex.lock()).isEqualTo(Acquired.NORMAL);
    mutex.unlock();
  }

  @Test
  void itsMemoryIsNotClosedWhileItIsWaitedForOrHeld() throws Exception {
    mutex.lock();
    Future<Acquired> waiting = other.begin(mutex::lock);
    other.awaitInside(IN_LOCK);
    assertThatThrownBy(memory::close)
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(ClosedObjectException.class)
        .hasMessageContainingAll(memory.name(), "blocked");
    mutex.unlock(); // all is as it was
    Actor.result(waiting);
    assertThatThrownBy(memory::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the thread actor holds the mutex at 64");
    other.run(mutex::unlock);
    memory.close();
  }

  @Test
  void afterClosingItsMemoryNothingWorks() {
    memory.close();
    for (Actor.Step step :
        List.<Actor.Step>of(
            mutex::lock,
            mutex::tryLock,
            () -> mutex.timedLock(1, TimeUnit.SECONDS),
            mutex::makeConsistent,
            mutex::unlock,
            mutex::destroy,
            () -> Mutex.init(memory, PLACE),
            () -> Mutex.at(memory, PLACE))) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(memory.name());
    }
  }

  @Test
  void theMemoryOfAHeldMutexStaysThoughForgotten() throws Exception {
    String name = names.name();
    other.run(() -> Mutex.init(SharedMemory.create(name, SIZE), 0).lock());
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(10);
    }
    // Both run through the list of what this thread holds.
    other.run(mutex::lock);
    other.run(mutex::unlock);
    try (SharedMemory again = SharedMemory.open(name)) {
      assertThat(Mutex.at(again, 0).tryLock()).isEmpty();
      other.end();
      assertThat(Mutex.at(again, 0).lock()).isEqualTo(Acquired.OWNER_DIED);
      Mutex.at(again, 0).unlock();
    }
  }

  /** A thread is not alive for Java before the kernel has gone through what it held. */
  @Test
  void closingTheMemoryOfAThreadThatJustDiedHidesNoDeath() throws Exception {
    for (int i = 0; i < 50; i++) {
      SharedMemory closed = SharedMemory.create(names.name(), SIZE);
      Mutex held = Mutex.init(closed, 0);
      Thread doomed = new Thread(held::lock);
      doomed.start();
      doomed.join();
      closed.close();
      try (SharedMemory again = SharedMemory.open(closed.name())) {
        assertThat(Mutex.at(again, 0).timedLock(60, TimeUnit.SECONDS))
            .hasValue(Acquired.OWNER_DIED);
        Mutex.at(again, 0).unlock();
        again.unlink();
      }
    }
  }

  @Test
  void aProgramInCLocksIt() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("mutex-size")).isEqualTo(Long.toString(Mutex.size()));
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      mutex.lock();
      memory.buffer().putLong(8, 5);
      assertThat(peer.ask("mutex-trylock - 64")).isEqualTo("EBUSY");
      assertThat(peer.ask("mutex-unlock - 64")).isEqualTo("EPERM");
      peer.block("mutex-lock - 64");
      mutex.unlock();
      assertThat(peer.answer()).isEqualTo("ok");
      assertThat(peer.ask("get - 8")).isEqualTo("5");
      assertThat(mutex.tryLock()).isEmpty();
      assertThat(mutex.timedLock(20, TimeUnit.MILLISECONDS)).isEmpty();
      Future<Acquired> waiting = other.begin(mutex::lock);
      other.awaitInside(IN_LOCK);
      assertThat(peer.ask("put - 8 6")).isEqualTo("ok");
      assertThat(peer.ask("mutex-unlock - 64")).isEqualTo("ok");
      assertThat(Actor.result(waiting)).isEqualTo(Acquired.NORMAL);
      assertThat(memory.buffer().getLong(8)).isEqualTo(6);
      other.run(mutex::unlock);
    }
  }

  @Test
  void aProgramInCIsToldThatTheOwnerDied() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      Actor doomed = new Actor();
      doomed.run(mutex::lock);
      peer.block("mutex-lock - 64");
      doomed.end();
      assertThat(peer.answer()).isEqualTo("EOWNERDEAD");
      assertThat(peer.ask("mutex-consistent - 64")).isEqualTo("ok");
      assertThat(peer.ask("mutex-unlock - 64")).isEqualTo("ok");
      assertThat(mutex.lock()).isEqualTo(Acquired.NORMAL);
      mutex.unlock();
    }
  }

  @Test
  void isTakenFromAProgramInCThatIsKilled() throws Exception {
    String ofC = names.name();
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-create " + ofC + " 4096")).isEqualTo("ok");
      assertThat(peer.ask("mutex-init - 128")).isEqualTo("ok");
      try (SharedMemory opened = SharedMemory.open(ofC)) {
        Mutex made = Mutex.at(opened, 128);
        assertThat(made.lock()).isEqualTo(Acquired.NORMAL);
        made.unlock();
        assertThat(peer.ask("mutex-lock - 128")).isEqualTo("ok");
        Future<Acquired> waiting = other.begin(made::lock);
        other.awaitInside(IN_LOCK);
        peer.kill();
        assertThat(Actor.result(waiting)).isEqualTo(Acquired.OWNER_DIED);
        other.run(made::makeConsistent);
        other.run(made::unlock);
        assertThat(made.lock()).isEqualTo(Acquired.NORMAL);
        made.unlock();
      }
    }
  }

  @Test
  void aDeadProgramInCWithoutMakeConsistentIsNotRecoverable() throws Exception {
    try (Peer peer = Peer.start();
        Peer next = Peer.start()) {
      assertThat(peer.ask("shm-open " + memory.name())).isEqualTo("ok");
      assertThat(next.ask("shm-open " + memory.name())).isEqualTo("ok");
      assertThat(peer.ask("mutex-lock - 64")).isEqualTo("ok");
      peer.kill();
      assertThat(next.ask("mutex-lock - 64")).isEqualTo("EOWNERDEAD");
      assertThat(next.ask("mutex-unlock - 64")).isEqualTo("ok");
      assertThat(errorOf(mutex::lock)).isEqualTo("ENOTRECOVERABLE of pthread_mutex_lock");
    }
  }
}
