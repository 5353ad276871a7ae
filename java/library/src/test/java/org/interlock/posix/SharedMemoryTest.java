package org.interlock.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.interlock.posix.PosixNames.errorOf;
import static org.interlock.posix.PosixNames.isMapped;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.interlock.ClosedObjectException;
import org.interlock.PosixException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SharedMemoryTest {
  @RegisterExtension final PosixNames names = new PosixNames();

  @Test
  void isOneMemoryForAllWhoOpenIt() {
    String name = names.name();
    try (SharedMemory made = SharedMemory.create(name, 10_000);
        SharedMemory opened = SharedMemory.open(name)) {
      assertThat(made.size()).isEqualTo(10_000);
      assertThat(opened.size()).isEqualTo(10_000);
      assertThat(opened.name()).isEqualTo(name);
      ByteBuffer here = made.buffer();
      assertThat(here.capacity()).isEqualTo(10_000);
      assertThat(here.order()).isEqualTo(ByteOrder.nativeOrder());
      assertThat(here.isDirect()).isTrue();
      here.putLong(9_992, 77).position(5);
      assertThat(made.buffer().position()).isZero();
      assertThat(opened.buffer().getLong(9_992)).isEqualTo(77);
      assertThat(opened.buffer().getLong(0)).isZero();
      assertThat(made).hasToString("SharedMemory[" + name + ", 10000 bytes]");
    }
  }

  @Test
  void staysUntilItIsUnlinked() {
    String name = names.name();
    SharedMemory.create(name, 8).close();
    assertThat(errorOf(() -> SharedMemory.create(name, 8))).isEqualTo("EEXIST of shm_open");
    SharedMemory open = SharedMemory.open(name);
    open.unlink();
    open.buffer().putLong(0, 5);
    assertThat(open.buffer().getLong(0)).isEqualTo(5);
    assertThat(errorOf(() -> SharedMemory.open(name))).isEqualTo("ENOENT of shm_open");
    assertThatThrownBy(() -> SharedMemory.open(name))
        .hasMessageContainingAll(name, "there is none", "create it first");
    assertThat(errorOf(open::unlink)).isEqualTo("ENOENT of shm_unlink");
    open.close();
    open.close();
  }

  @Test
  void badArgumentsAreRefusedAndNothingIsMade() {
    for (String bad : new String[] {"", "/", "ktv", "/a/b", "//a", "/a\0"}) {
      assertThatThrownBy(() -> SharedMemory.create(bad, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slash");
      assertThatThrownBy(() -> SharedMemory.open(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    String name = names.name();
    for (long size : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> SharedMemory.create(name, size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(name, Long.toString(size));
    }
    assertThatNullPointerException().isThrownBy(() -> SharedMemory.create(null, 1));
    assertThatNullPointerException().isThrownBy(() -> SharedMemory.open(null));
    assertThat(errorOf(() -> SharedMemory.create("/" + "x".repeat(300), 1)))
        .isIn("ENAMETOOLONG of shm_open", "EINVAL of shm_open"); // glibc: the latter
    assertThat(PosixNames.memory(name)).doesNotExist();
  }

  @Test
  void memoryWithoutASizeYetIsEinval() throws Exception {
    String name = names.name();
    Files.createFile(PosixNames.memory(name));
    assertThat(errorOf(() -> SharedMemory.open(name))).isEqualTo("EINVAL of mmap");
    assertThatThrownBy(() -> SharedMemory.open(name))
        .hasMessageContainingAll(name, "no bytes", "open it again later");
  }

  @Test
  void whatDoesNotFitIsNotMade() {
    String name = names.name();
    for (long size : new long[] {1L << 45, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> SharedMemory.create(name, size))
          .isInstanceOfSatisfying(
              PosixException.class, e -> assertThat(e.errnoName()).isIn("ENOSPC", "EFBIG"))
          .hasMessageContainingAll(name, Long.toString(size));
      assertThat(PosixNames.memory(name)).doesNotExist();
    }
  }

  @Test
  void afterClosingOnlySomeMethodsWork() {
    String name = names.name();
    SharedMemory memory = SharedMemory.create(name, 4096);
    memory.close();
    assertThatThrownBy(memory::buffer)
        .isInstanceOf(ClosedObjectException.class)
        .hasMessageContaining(name);
    assertThat(memory.name()).isEqualTo(name);
    assertThat(memory.size()).isEqualTo(4096);
    assertThat(memory).hasToString("SharedMemory[" + name + ", closed]");
    memory.unlink();
    assertThat(PosixNames.memory(name)).doesNotExist();
  }

  @Test
  void memoryThatNobodySawGoesAtOnce() throws Exception {
    String name = names.name();
    SharedMemory memory = SharedMemory.create(name, 4096);
    assertThat(isMapped(name)).isTrue();
    memory.close();
    assertThat(isMapped(name)).isFalse();
  }

  @Test
  void aBufferOutlivesItsMemory() throws Exception {
    String name = names.name();
    SharedMemory memory = SharedMemory.create(name, 4096);
    ByteBuffer slice = memory.buffer().slice(8, 100).asReadOnlyBuffer();
    memory.buffer().put(10, (byte) 42);
    memory.close();
    for (int i = 0; i < 5; i++) {
      System.gc();
      assertThat(slice.get(2)).isEqualTo((byte) 42);
    }
    assertThat(isMapped(name)).isTrue();
    assertThat(slice.capacity()).isEqualTo(100);
  }

  @Test
  void memoryGoesWithItsLastBuffer() {
    String closed = names.name();
    String forgotten = names.name();
    useAndClose(closed);
    assertThat(SharedMemory.create(forgotten, 4096).buffer().get(0)).isZero();
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              System.gc();
              return !isMapped(closed) && !isMapped(forgotten);
            });
  }

  private static void useAndClose(String name) {
    try (SharedMemory memory = SharedMemory.create(name, 4096)) {
      memory.buffer().put(0, (byte) 1);
    }
  }

  @Test
  void whatIsTooLargeForABufferStillHoldsMutexes() throws Exception {
    String name = names.name();
    long size = 3L << 30;
    try (RandomAccessFile file = new RandomAccessFile(PosixNames.memory(name).toFile(), "rw")) {
      file.setLength(size); // without memory behind it
    }
    try (SharedMemory memory = SharedMemory.open(name)) {
      assertThat(memory.size()).isEqualTo(size);
      assertThatThrownBy(memory::buffer)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll(name, Long.toString(size));
      Mutex mutex = Mutex.init(memory, size - Mutex.size());
      assertThat(mutex.lock()).isEqualTo(Mutex.Acquired.NORMAL);
      mutex.unlock();
    }
    assertThat(isMapped(name)).isFalse();
  }

  @Test
  void aProgramInCSeesWhatJavaWrites() {
    String name = names.name();
    try (SharedMemory memory = SharedMemory.create(name, 4096);
        Peer peer = Peer.start()) {
      memory.buffer().putLong(4088, Long.MIN_VALUE);
      assertThat(peer.ask("shm-create " + name + " 8")).isEqualTo("EEXIST");
      assertThat(peer.ask("shm-open " + name)).isEqualTo("ok");
      assertThat(peer.ask("get - 4088")).isEqualTo(Long.toString(Long.MIN_VALUE));
      assertThat(peer.ask("put - 16 -5")).isEqualTo("ok");
      assertThat(memory.buffer().getLong(16)).isEqualTo(-5);
      memory.unlink();
      assertThat(peer.ask("shm-unlink " + name)).isEqualTo("ENOENT");
      memory.buffer().putLong(0, 7);
      assertThat(peer.ask("get - 0")).isEqualTo("7");
    }
  }

  @Test
  void javaSeesWhatAProgramInCWrote() {
    String name = names.name();
    try (Peer peer = Peer.start()) {
      assertThat(peer.ask("shm-create " + name + " 5000")).isEqualTo("ok");
      assertThat(peer.ask("put - 4992 77")).isEqualTo("ok");
      assertThat(errorOf(() -> SharedMemory.create(name, 8))).isEqualTo("EEXIST of shm_open");
      try (SharedMemory memory = SharedMemory.open(name)) {
        assertThat(memory.size()).isEqualTo(5000);
        assertThat(memory.buffer().getLong(4992)).isEqualTo(77);
        memory.buffer().putLong(0, 78);
        assertThat(peer.ask("get - 0")).isEqualTo("78");
        peer.kill();
        assertThat(memory.buffer().getLong(4992)).isEqualTo(77);
      }
    }
  }
}
