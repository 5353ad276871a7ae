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
import org.interlock.ProcessSemaphore;
import org.interlock.testing.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NamedSemaphoreTest {
  private static final String IN_WAIT = "il_posix_sem_wait";

  @RegisterExtension final PosixNames names = new PosixNames();

  private final Actor other = new Actor();
  private String name;
  private NamedSemaphore semaphore;

  @BeforeEach
  void open() {
    name = names.name();
    semaphore = NamedSemaphore.create(name, 0);
  }

  @AfterEach
  void close() {
    other.close();
    semaphore.close();
  }

  @Test
  void countsPostsAndWaits() {
    assertThat(semaphore.getValue()).isZero();
    semaphore.post();
    semaphore.post();
    semaphore.post();
    assertThat(semaphore.getValue()).isEqualTo(3);
    semaphore.waitFor();
    assertThat(semaphore.tryWait()).isTrue();
    assertThat(semaphore.timedWait(1, TimeUnit.HOURS)).isTrue();
    assertThat(semaphore.getValue()).isZero();
    assertThat(semaphore.tryWait()).isFalse();
    assertThat(semaphore).hasToString("NamedSemaphore[" + name + "]");
  }

  @Test
  void startsWithItsFirstValue() {
    try (NamedSemaphore five = NamedSemaphore.create(names.name(), 5)) {
      assertThat(five.getValue()).isEqualTo(5);
    }
  }

  @Test
  void isOneSemaphoreForAllWhoOpenIt() {
    try (NamedSemaphore again = NamedSemaphore.open(name)) {
      again.post();
      assertThat(semaphore.getValue()).isEqualTo(1);
      semaphore.waitFor();
    }
    assertThat(semaphore.tryWait()).isFalse(); // the other handle's close does nothing to this
  }

  @Test
  void everyWaitingFormEndsWithAPost() throws Exception {
    for (Actor.Step form :
        List.<Actor.Step>of(
            semaphore::waitFor,
            () -> assertThat(semaphore.timedWait(1, TimeUnit.HOURS)).isTrue(),
            () -> assertThat(semaphore.timedWait(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue(),
            () -> assertThat(semaphore.timedWait(Long.MAX_VALUE, TimeUnit.NANOSECONDS)).isTrue())) {
      Future<Void> waiting = other.start(form);
      other.awaitInside(IN_WAIT);
      assertThat(waiting.isDone()).isFalse();
      semaphore.post();
      Actor.result(waiting);
    }
    assertThat(semaphore.getValue()).isZero();
  }

  @Test
  void aTimedWaitLastsAtLeastThatLong() {
    long start = System.nanoTime();
    assertThat(semaphore.timedWait(120, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(120_000_000L);
  }

  @Test
  void aTimeThatIsNotPositiveTriesOnce() {
    assertThat(semaphore.timedWait(0, TimeUnit.SECONDS)).isFalse();
    assertThat(semaphore.timedWait(Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
    semaphore.post();
    semaphore.post();
    assertThat(semaphore.timedWait(0, TimeUnit.SECONDS)).isTrue();
    assertThat(semaphore.timedWait(-1, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptIsKeptForLater() throws Exception {
    Future<Boolean> waiting =
        other.begin(
            () -> {
              semaphore.waitFor();
              return Thread.interrupted();
            });
    other.awaitInside(IN_WAIT).thread().interrupt();
    assertThatThrownBy(() -> waiting.get(150, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    semaphore.post();
    assertThat(Actor.result(waiting)).isTrue();
  }

  @Test
  void errorsAreThoseOfTheCall() throws Exception {
    String none = names.name();
    assertThat(errorOf(() -> NamedSemaphore.create(name, 1))).isEqualTo("EEXIST of sem_open");
    assertThat(errorOf(() -> NamedSemaphore.open(none))).isEqualTo("ENOENT of sem_open");
    assertThatThrownBy(() -> NamedSemaphore.open(none))
        .hasMessageContainingAll(none, "there is none", "create it first");
    try (NamedSemaphore full = NamedSemaphore.create(none, Integer.MAX_VALUE)) {
      assertThat(errorOf(full::post)).isEqualTo("EOVERFLOW of sem_post");
      assertThat(full.getValue()).isEqualTo(Integer.MAX_VALUE);
    }
    assertThat(errorOf(() -> NamedSemaphore.open("/" + "x".repeat(300))))
        .isIn("ENAMETOOLONG of sem_open", "EINVAL of sem_open");
  }

  @Test
  void unlinkTakesTheNameAndNoMore() throws Exception {
    semaphore.unlink();
    assertThat(PosixNames.semaphore(name)).doesNotExist();
    assertThat(errorOf(semaphore::unlink)).isEqualTo("ENOENT of sem_unlink");
    semaphore.post();
    assertThat(semaphore.getValue()).isEqualTo(1);
  }

  @Test
  void badArgumentsAreRefusedAndNothingIsMade() {
    for (String bad : new String[] {"", "/", "ktv", "/a/b", "//a", "/a\0"}) {
      assertThatThrownBy(() -> NamedSemaphore.create(bad, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slash");
      assertThatThrownBy(() -> NamedSemaphore.open(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
    String none = names.name();
    assertThatThrownBy(() -> NamedSemaphore.create(none, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(none, "-1");
    assertThat(PosixNames.semaphore(none)).doesNotExist();
    assertThatNullPointerException().isThrownBy(() -> NamedSemaphore.create(null, 1));
    assertThatNullPointerException().isThrownBy(() -> NamedSemaphore.open(null));
    semaphore.post();
    assertThatNullPointerException().isThrownBy(() -> semaphore.timedWait(1, null));
    assertThat(semaphore.getValue()).isEqualTo(1);
  }

  @Test
  void isNotClosedWhileAThreadIsBlockedInIt() throws Exception {
    Future<Void> waiting = other.start(semaphore::waitFor);
    other.awaitInside(IN_WAIT);
    assertThatThrownBy(semaphore::close)
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(ClosedObjectException.class)
        .hasMessageContainingAll(name, "blocked");
    assertThat(waiting.isDone()).isFalse();
    semaphore.post(); // it is as it was
    Actor.result(waiting);
    semaphore.close();
  }

  @Test
  void afterClosingOnlyTheNameIsOfUse() {
    semaphore.close();
    semaphore.close();
    for (Actor.Step step :
        List.<Actor.Step>of(
            semaphore::waitFor,
            semaphore::tryWait,
            () -> semaphore.timedWait(1, TimeUnit.SECONDS),
            semaphore::post,
            semaphore::getValue)) {
      assertThatThrownBy(step::run)
          .isInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(name);
    }
    assertThat(semaphore).hasToString("NamedSemaphore[" + name + ", closed]");
    semaphore.unlink();
  }

  @Test
  void isWhatAProcessSemaphoreIs() throws Exception {
    try (ProcessSemaphore same = ProcessSemaphore.open(name.substring(1), 9)) {
      assertThat(same.availablePermits()).isZero();
      semaphore.post();
      same.acquire();
      same.release(2);
      assertThat(semaphore.getValue()).isEqualTo(2);
      same.unlink();
      assertThat(PosixNames.semaphore(name)).doesNotExist();
    }
  }

  @Test
  void aProgramInCOpensIt() throws Exception {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("sem-create " + name + " 3")).isEqualTo("EEXIST");
      assertThat(peer.ask("sem-open " + name)).isEqualTo("ok");
      assertThat(peer.ask("sem-trywait")).isEqualTo("EAGAIN");
      semaphore.post();
      assertThat(peer.ask("sem-value")).isEqualTo("1");
      assertThat(peer.ask("sem-wait")).isEqualTo("ok");
      assertThat(semaphore.tryWait()).isFalse();
      peer.block("sem-wait");
      semaphore.post();
      assertThat(peer.answer()).isEqualTo("ok");
      Future<Void> waiting = other.start(semaphore::waitFor);
      other.awaitInside(IN_WAIT);
      assertThat(peer.ask("sem-post")).isEqualTo("ok");
      Actor.result(waiting);
      semaphore.unlink();
      assertThat(peer.ask("sem-unlink " + name)).isEqualTo("ENOENT");
    }
  }

  @Test
  void opensThatOfAProgramInC() throws Exception {
    String ofC = names.name();
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("sem-create " + ofC + " 2")).isEqualTo("ok");
      assertThat(errorOf(() -> NamedSemaphore.create(ofC, 2))).isEqualTo("EEXIST of sem_open");
      try (NamedSemaphore opened = NamedSemaphore.open(ofC)) {
        assertThat(opened.getValue()).isEqualTo(2);
        opened.waitFor();
        assertThat(peer.ask("sem-wait")).isEqualTo("ok");
        assertThat(opened.tryWait()).isFalse();
        peer.kill(); // nobody owns what it has taken
        assertThat(opened.timedWait(20, TimeUnit.MILLISECONDS)).isFalse();
        opened.post();
        assertThat(opened.tryWait()).isTrue();
        opened.unlink();
      }
    }
  }

  @Test
  void aKilledWaiterHasTakenNothing() {
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("sem-open " + name)).isEqualTo("ok");
      peer.block("sem-wait");
      peer.kill();
    }
    semaphore.post();
    assertThat(semaphore.timedWait(1, TimeUnit.HOURS)).isTrue();
  }
}
