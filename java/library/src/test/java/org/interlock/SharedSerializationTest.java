package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** References outside a hand-off: what a queue or a file would hold. */
class SharedSerializationTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

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
  void aReferenceToAnOpenObjectIsAnotherHandleOfIt() throws Exception {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLock same = (ProcessLock) read(write(lock))) {
      assertThat(same).isEqualTo(lock).isNotSameAs(lock);
      lock.lock();
      assertThat(same.isHeldByCurrentThread()).isTrue();
      same.unlock();
    }
  }

  @Test
  void severalReferencesInOneObject() throws Exception {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLong number = ProcessLong.create(4)) {
      List<?> read = (List<?>) read(write(List.of(lock, number, lock)));
      assertThat(read.get(0)).isEqualTo(lock).isSameAs(read.get(2));
      assertThat(read.get(1)).isEqualTo(number);
      ((Shared) read.get(0)).close();
      ((Shared) read.get(1)).close();
      assertThat(number.get()).isEqualTo(4);
    }
  }

  @Test
  void aNamedObjectIsFoundAgain() throws Exception {
    ProcessLong number = ProcessLong.open(names.name(), 8);
    byte[] reference = write(number);
    number.close();
    try (ProcessLong found = (ProcessLong) read(reference)) {
      assertThat(found.get()).isEqualTo(8);
      assertThat(found).isEqualTo(number);
    }
  }

  @Test
  void anObjectThatIsGoneIsNamed() throws Exception {
    ProcessLong number = ProcessLong.create(1);
    byte[] reference = write(number);
    number.close();
    assertThatThrownBy(() -> read(reference))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("ProcessLong[" + number.name() + "]")
        .hasMessageContaining("gone");
  }

  @Test
  void aNameThatMeansAnotherObjectIsNotTakenForIt() throws Exception {
    String name = names.name();
    ProcessLong old = ProcessLong.open(name, 1);
    byte[] reference = write(old);
    old.unlink();
    try (ProcessLong other = ProcessLong.open(name, 2)) {
      assertThat(other.get()).isEqualTo(2);
      old.close();
      assertThatThrownBy(() -> read(reference))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining("another object");
    }
    Shared.unlink(name);
    try (ProcessLock lock = ProcessLock.open(name)) {
      assertThat(lock.isLocked()).isFalse();
      assertThatThrownBy(() -> read(reference))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void anUnlinkedObjectThatIsOpenHereIsStillFound() throws Exception {
    try (ProcessLong number = ProcessLong.open(names.name(), 3)) {
      number.unlink();
      try (ProcessLong same = (ProcessLong) read(write(number))) {
        assertThat(same.get()).isEqualTo(3);
      }
    }
  }

  @Test
  void aClosedHandleIsRefused() {
    ProcessLock lock = ProcessLock.create();
    lock.close();
    assertThatThrownBy(() -> write(lock)).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> write(List.of("x", lock))).isInstanceOf(ClosedObjectException.class);
  }
}
