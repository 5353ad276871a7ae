package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.interlock.ClosedObjectException;
import org.interlock.PosixException;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sender and receiver in one process, with a channel between. Children: see ChildProcess. */
class HandoffTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sent(byte[] bytes, int[] descriptors) {}

  private static Sent send(Object object) throws IOException {
    try (Handoff handoff = Handoff.begin()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(object);
      }
      return new Sent(bytes.toByteArray(), throughChannel(handoff.descriptors()));
    }
  }

  private static Object receive(Sent sent) throws Exception {
    try (Handoff.Receipt receipt = Handoff.receive(sent.descriptors);
        ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent.bytes))) {
      assertThat(Handoff.receiving()).isSameAs(receipt);
      return in.readObject();
    }
  }

  /** The same files under new numbers, as another process would get them. */
  private static int[] throughChannel(int[] descriptors) {
    if (descriptors.length == 0) {
      return descriptors;
    }
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer ends = arena.allocate(8);
      long end = NativeArena.addressOf(ends);
      assertThat(ColdCalls.il_channel_open(end, end + 4)).isZero();
      ByteBuffer out = arena.allocate(4 * descriptors.length);
      for (int i = 0; i < descriptors.length; i++) {
        out.putInt(4 * i, descriptors[i]);
      }
      long data = arena.string("x");
      long deadline = HotCalls.deadlineAfter(10_000_000_000L);
      int sent =
          ColdCalls.il_channel_send(
              ends.getInt(0), data, 1, NativeArena.addressOf(out), descriptors.length, deadline);
      assertThat(sent).isZero();
      ByteBuffer in = arena.allocate(4 * descriptors.length);
      ByteBuffer count = arena.allocate(4).putInt(0, descriptors.length);
      int received =
          HotCalls.channelReceive(
              ends.getInt(4),
              data,
              1,
              NativeArena.addressOf(in),
              NativeArena.addressOf(count),
              10_000_000_000L);
      assertThat(received).isZero();
      assertThat(count.getInt(0)).isEqualTo(descriptors.length);
      HotCalls.descriptorClose(ends.getInt(0));
      HotCalls.descriptorClose(ends.getInt(4));
      int[] copies = new int[descriptors.length];
      for (int i = 0; i < copies.length; i++) {
        copies[i] = in.getInt(4 * i);
      }
      return copies;
    }
  }

  private static long openDescriptors(String name) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(fd -> target(fd).contains(name)).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // that of the listing itself
    }
  }

  @Test
  void keepsAnObjectWhoseSenderHasClosedIt() throws Exception {
    ProcessLong number = ProcessLong.create(5);
    Sent sent = send(number);
    assertThat(sent.descriptors).hasSize(1);
    number.close();
    assertThat(SharedMemory.exists(number.name())).isTrue();
    try (ProcessLong received = (ProcessLong) receive(sent)) {
      assertThat(received.get()).isEqualTo(5);
      assertThat(received.name()).isEqualTo(number.name());
      assertThat(received.isAnonymous()).isTrue();
    }
    assertThat(SharedMemory.exists(number.name())).isFalse();
    assertThat(openDescriptors(number.name())).isZero();
  }

  @Test
  void keepsAnObjectWhoseNameIsGone() throws Exception {
    ProcessLock lock = ProcessLock.open(names.name());
    Sent sent = send(lock);
    lock.unlink();
    lock.close();
    try (ProcessLock received = (ProcessLock) receive(sent)) {
      assertThat(received.tryLock()).isTrue();
      received.unlock();
    }
    assertThat(openDescriptors(lock.name())).isZero();
  }

  @Test
  void anObjectIsLentOnceHoweverOftenItIsCaptured() throws Exception {
    try (ProcessLong number = ProcessLong.open(names.name(), 1);
        ProcessLong same = ProcessLong.open(number.name(), 1);
        ProcessLock lock = ProcessLock.create()) {
      Sent sent = send(List.of(number, same, lock, number));
      assertThat(sent.descriptors).hasSize(2);
      List<?> received = (List<?>) receive(sent);
      assertThat(received.get(0)).isEqualTo(number).isSameAs(received.get(3));
      assertThat(received.get(1)).isEqualTo(number);
      assertThat(received.get(2)).isEqualTo(lock);
      for (int i = 0; i < 3; i++) {
        ((AutoCloseable) received.get(i)).close();
      }
      number.set(6);
      assertThat(same.get()).isEqualTo(6);
    }
  }

  @Test
  void whatThisProcessHasOpenIsTheSameObject() throws Exception {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLock received = (ProcessLock) receive(send(lock))) {
      lock.lock();
      assertThat(received.isHeldByCurrentThread()).isTrue();
      received.unlock();
      assertThat(openDescriptors(lock.name())).isEqualTo(1);
    }
  }

  /** Seen by its descriptor; elsewhere that is inside a socket as long as it is on its way. */
  @Tag("linux")
  @Test
  void whatIsNotAskedForIsClosed() throws Exception {
    ProcessLong number = ProcessLong.create(1);
    Sent sent = send(number);
    assertThat(openDescriptors(number.name())).isEqualTo(2);
    Handoff.receive(sent.descriptors).close();
    assertThat(openDescriptors(number.name())).isEqualTo(1);
    number.close();
    assertThat(openDescriptors(number.name())).isZero();
  }

  @Test
  void afterwardsReferencesAreOrdinaryAgain() throws Exception {
    try (ProcessLong number = ProcessLong.create(1)) {
      try (Handoff outer = Handoff.begin()) {
        try (Handoff inner = Handoff.begin()) {
          assertThat(Handoff.current()).isSameAs(inner);
        }
        assertThat(Handoff.current()).isSameAs(outer);
      }
      assertThat(Handoff.current()).isNull();
      assertThat(Handoff.receiving()).isNull();
      assertThat(number.get()).isEqualTo(1);
    }
  }

  @Test
  void asManyProcessesAsAnObjectAllows() throws Exception {
    ProcessLong number = ProcessLong.create(1);
    List<Handoff> handoffs = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (true) {
                Handoff handoff = Handoff.begin();
                handoffs.add(handoff);
                new ObjectOutputStream(OutputStream.nullOutputStream()).writeObject(number);
              }
            })
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("ProcessLong[" + number.name() + "]")
        .hasMessageContaining("512");
    assertThat(handoffs).hasSize(512); // the 512th was refused: this process has one, too
    for (int i = handoffs.size() - 1; i >= 0; i--) {
      handoffs.get(i).close();
    }
    try (ProcessLong received = (ProcessLong) receive(send(number))) {
      assertThat(received.get()).isEqualTo(1);
    }
    number.close();
    assertThat(Handoff.current()).isNull();
  }

  @Test
  void aClosedObjectIsRefused() {
    ProcessLock lock = ProcessLock.create();
    lock.close();
    assertThatThrownBy(() -> send(lock)).isInstanceOf(ClosedObjectException.class);
    assertThat(Handoff.current()).isNull();
  }
}
