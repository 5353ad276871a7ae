package org.interlock.internal.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.PermitPool;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessQueue;
import org.interlock.ProcessSemaphore;
import org.interlock.internal.look.ObjectView.User;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BystanderTest {
  private static final int PID = (int) ProcessHandle.current().pid();

  private static ObjectView look(String name) {
    return Bystander.look(Space.OBJECTS, name).orElseThrow();
  }

  @Test
  void aLockTellsItsOwner() {
    try (ProcessLock lock = ProcessLock.create()) {
      ObjectView free = look(lock.name());
      assertThat(free.sight()).isEqualTo(Sight.WHOLE);
      assertThat(free.info().name()).isEqualTo(lock.name());
      assertThat(free.info().creatorPid()).isEqualTo(PID);
      assertThat(free.named()).isTrue();
      assertThat(free.bytes()).isGreaterThanOrEqualTo(8192);
      assertThat(free.memory()).isGreaterThanOrEqualTo(8192);
      assertThat(free.createdAtNanos())
          .isBetween(0L, TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() + 1));
      assertThat(free.users()).containsExactly(new User(PID, 0));
      assertThat(free.details()).containsEntry("held", 0L);
      try (ProcessLock.Hold hold = lock.hold()) {
        assertThat(hold.previousOwnerDied()).isFalse();
        ObjectView held = look(lock.name());
        assertThat(held.details()).containsEntry("held", 1L).containsEntry("owner", (long) PID);
        assertThat(held.users()).containsExactly(new User(PID, 1));
      }
    }
  }

  @Test
  void holdersAreToldOfPermitsAndUnfinishedItems() throws InterruptedException {
    try (PermitPool pool = PermitPool.create(5);
        PermitPool.Permit permit = pool.acquire(3);
        JoinableQueue<String> queue = JoinableQueue.create(Codec.strings(), 10)) {
      assertThat(permit).isNotNull();
      assertThat(look(pool.name()).details()).containsEntry("available", 2L);
      assertThat(look(pool.name()).users()).containsExactly(new User(PID, 3));
      queue.put("a");
      queue.put("b");
      assertThat(queue.take()).isEqualTo("a");
      assertThat(look(queue.name()).details())
          .containsEntry("items", 1L)
          .containsEntry("unfinished", 2L);
      assertThat(look(queue.name()).users()).containsExactly(new User(PID, 1));
      queue.taskDone();
    }
  }

  @Test
  void whatThereIsIsListed() {
    String name = "bystander-" + PID;
    try (ProcessEvent event = ProcessEvent.open(name);
        ProcessSemaphore semaphore = ProcessSemaphore.open(name, 3)) {
      List<Space> spaces = new ArrayList<>();
      for (Sighting sighting : Bystander.list()) {
        if (sighting.name().equals(name)) {
          spaces.add(sighting.space());
        }
      }
      assertThat(spaces).containsExactlyInAnyOrder(Space.OBJECTS, Space.SEMAPHORES);
      assertThat(look(name).details()).containsExactly(java.util.Map.entry("set", 0L));
      assertThat(Bystander.look(Space.SEMAPHORES, name)).isPresent();
      event.unlink();
      semaphore.unlink();
      assertThat(Bystander.look(Space.OBJECTS, name)).isEmpty();
      assertThat(Bystander.look(Space.SEMAPHORES, name)).isEmpty();
    }
  }

  @Tag("linux") // elsewhere permits are counted by taking them, which is not looking
  @Test
  void aSemaphoreTellsItsValue() {
    String name = "bystander-value-" + PID;
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(name, 3)) {
      assertThat(Bystander.look(Space.SEMAPHORES, name).orElseThrow().details())
          .containsExactly(java.util.Map.entry("value", 3L));
      semaphore.unlink();
    }
  }

  @Test
  void aProcessTellsWhatItHasOpenAndWhatItsThreadsWaitFor() {
    try (ProcessQueue<Long> queue = ProcessQueue.create(Codec.longs(), 10)) {
      ObjectView view = look(queue.name());
      Thread waiter =
          new Thread(
              () -> {
                try {
                  queue.take();
                } catch (InterruptedException expected) {
                  // the end of the test
                }
              });
      waiter.start();
      await()
          .until(
              () -> {
                ProcessView process = Bystander.process(PID).orElseThrow();
                return process.sightings().stream()
                    .anyMatch(
                        seen ->
                            seen.thread() != 0
                                && seen.sleep() == Sleep.NOT_EMPTY
                                && view.isBehind(seen.identity()));
              });
      Sighting open =
          Bystander.process(PID).orElseThrow().sightings().stream()
              .filter(seen -> seen.descriptor() >= 0 && view.isBehind(seen.identity()))
              .findAny()
              .orElseThrow();
      assertThat(Bystander.look(PID, open).orElseThrow().info().name()).isEqualTo(queue.name());
      waiter.interrupt();
    }
  }

  @Test
  void manyAreSeenAtOnce() {
    List<ProcessLock> locks = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      locks.add(ProcessLock.create());
    }
    List<String> names = Bystander.list().stream().map(Sighting::name).toList();
    List<String> open =
        Bystander.process(PID).orElseThrow().sightings().stream().map(Sighting::name).toList();
    for (ProcessLock lock : locks) {
      assertThat(names).containsOnlyOnce(lock.name());
      assertThat(open).contains(lock.name());
      lock.close();
    }
  }

  @Test
  void whatIsNotThereIsNotSeen() {
    assertThat(Bystander.process(Integer.MAX_VALUE)).isEmpty();
    assertThatThrownBy(() -> Bystander.look(Space.OBJECTS, "a/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a/b");
  }
}
