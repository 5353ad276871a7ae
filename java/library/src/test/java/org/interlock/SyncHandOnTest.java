package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.interlock.children.Leftovers;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events, semaphores and conditions that a task captured, or that a queue or a file holds. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class SyncHandOnTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  private static void endsWell(ChildProcess child) throws InterruptedException {
    child.join();
    assertThat(child.exitCode()).hasValue(0);
  }

  /** What costs the start of a child 100 ms. */
  private static void startedNoJna() throws IOException {
    if (Files.readString(Path.of("/proc/self/maps")).contains("jnidispatch")) {
      throw new AssertionError("this child needed JNA");
    }
  }

  private static byte[] write(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @Test
  void aChildAndItsParent() throws Exception {
    try (ProcessEvent ready = ProcessEvent.create();
        ProcessEvent go = ProcessEvent.create();
        ProcessSemaphore anonymous = ProcessSemaphore.create(3);
        ProcessSemaphore named = ProcessSemaphore.open(names.name(), 0)) {
      ChildProcess child =
          ChildProcess.start(
              () -> {
                anonymous.acquire();
                ready.set();
                go.await();
                named.release(2);
                startedNoJna();
              });
      ready.await();
      assertThat(anonymous.availablePermits()).isEqualTo(2);
      go.set();
      endsWell(child);
      assertThat(named.availablePermits()).isEqualTo(2);
    }
  }

  @Tag("linux") // looks for the file of an anonymous semaphore, which has no name elsewhere
  @Test
  void evenIfTheParentClosesItsOwnAtOnce() throws Exception {
    try (ProcessLong result = ProcessLong.create(0)) {
      ProcessSemaphore anonymous = ProcessSemaphore.create(5);
      ProcessSemaphore unlinked = ProcessSemaphore.open(names.name(), 7);
      ProcessEvent event = ProcessEvent.create();
      event.set();
      ChildProcess child =
          ChildProcess.start(
              () -> {
                event.await();
                anonymous.acquire();
                unlinked.acquire();
                result.set(10 * anonymous.availablePermits() + unlinked.availablePermits());
              });
      unlinked.unlink();
      unlinked.close();
      anonymous.close();
      event.close();
      endsWell(child);
      assertThat(result.get()).isEqualTo(46);
      assertThat(Path.of("/dev/shm/sem.interlock." + anonymous.name())).doesNotExist();
      assertThat(SharedMemory.exists(anonymous.name())).isFalse();
    }
  }

  @Test
  void aChildThatIsKilledLeavesNoAnonymousSemaphore() throws Exception {
    try (ProcessEvent there = ProcessEvent.create()) {
      ProcessSemaphore semaphore = ProcessSemaphore.create(0);
      ChildProcess child =
          ChildProcess.start(
              () -> {
                there.set();
                semaphore.acquire();
              });
      there.await();
      child.kill();
      child.join();
      semaphore.close();
      assertThat(Path.of("/dev/shm/sem.interlock." + semaphore.name())).doesNotExist();
    }
  }

  @Test
  void aNamedConditionArrivesAsTheSame() throws Exception {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLong state = ProcessLong.create(0)) {
      Condition changed = lock.condition("changed");
      ChildProcess child =
          ChildProcess.start(
              () -> {
                if (!changed.equals(lock.condition("changed"))) {
                  throw new AssertionError(changed.toString());
                }
                lock.lock();
                try {
                  while (state.get() == 0) {
                    changed.await();
                  }
                  state.set(2);
                  changed.signalAll();
                } finally {
                  lock.unlock();
                }
                startedNoJna();
              });
      lock.lock();
      try {
        state.set(1);
        changed.signalAll();
        while (state.get() != 2) {
          changed.await();
        }
      } finally {
        lock.unlock();
      }
      endsWell(child);
    }
  }

  @Test
  void aConditionWithoutANameStaysHere() {
    try (ProcessLock lock = ProcessLock.create()) {
      Condition own = lock.newCondition();
      assertThatThrownBy(() -> write(own)).isInstanceOf(NotSerializableException.class);
      assertThatThrownBy(() -> ChildProcess.start(() -> own.signal()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("LockCondition");
    }
  }

  @Test
  void referencesToWhatIsOpenHere() throws Exception {
    ProcessLock lock = ProcessLock.create();
    ProcessSemaphore semaphore = ProcessSemaphore.create(4);
    ProcessEvent event = ProcessEvent.create();
    Condition condition = lock.condition("c");
    List<?> read = (List<?>) read(write(List.of(semaphore, event, condition, lock)));
    assertThat(read.get(0)).isEqualTo(semaphore).isNotSameAs(semaphore);
    assertThat(((ProcessSemaphore) read.get(0)).tryAcquire()).isTrue();
    assertThat(semaphore.availablePermits()).isEqualTo(3);
    ((ProcessEvent) read.get(1)).set();
    assertThat(event.isSet()).isTrue();
    assertThat(read.get(2)).isEqualTo(condition).isNotSameAs(condition);
    for (Object one : List.of(read.get(0), read.get(1), read.get(3), semaphore, event, lock)) {
      ((Shared) one).close();
    }
    assertThatThrownBy(() -> write(semaphore)).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> write(condition)).isInstanceOf(ClosedObjectException.class);
  }

  @Test
  void throughAQueue() throws Exception {
    try (ProcessQueue<Object> queue = ProcessQueue.create();
        ProcessSemaphore semaphore = ProcessSemaphore.create(1);
        ProcessEvent event = ProcessEvent.create()) {
      ChildProcess child =
          ChildProcess.start(
              () -> {
                ((ProcessSemaphore) queue.take()).acquire();
                ((ProcessEvent) queue.take()).set();
              });
      queue.put(semaphore);
      queue.put(event);
      event.await();
      assertThat(semaphore.availablePermits()).isZero();
      endsWell(child);
    }
  }

  @Test
  void whatIsGoneIsNamed() throws Exception {
    String name = names.name();
    ProcessSemaphore anonymous = ProcessSemaphore.create(1);
    ProcessSemaphore named = ProcessSemaphore.open(name, 2);
    byte[] first = write(anonymous);
    byte[] second = write(named);
    anonymous.close();
    named.close();
    assertThatThrownBy(() -> read(first))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("ProcessSemaphore[" + anonymous.name() + "]")
        .hasMessageContaining("gone");
    try (ProcessSemaphore found = (ProcessSemaphore) read(second)) {
      assertThat(found.availablePermits()).isEqualTo(2);
    }
    Shared.unlink(name);
    assertThatThrownBy(() -> read(second)).isInstanceOf(InvalidObjectException.class);
    try (ProcessSemaphore other = ProcessSemaphore.open(name, 5)) {
      assertThat(other.availablePermits()).isEqualTo(5);
      Files.createFile(Path.of("/dev/shm/sem." + name + ".pad")); // no inode is used again
      assertThatThrownBy(() -> read(second)).isInstanceOf(InvalidObjectException.class);
    } finally {
      Files.deleteIfExists(Path.of("/dev/shm/sem." + name + ".pad"));
    }
  }
}
