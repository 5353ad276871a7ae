package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.ProcessPipe.Connection;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pipes within one process. */
class ProcessPipeTest {
  private static final int MIB = 1 << 20;

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private ProcessPipe<byte[]> pipe;
  private Connection<byte[]> left;
  private Connection<byte[]> right;
  private final Actor actor = new Actor();

  @BeforeEach
  void open() {
    pipe = ProcessPipe.create(Codec.bytes());
    left = pipe.left();
    right = pipe.right();
  }

  @AfterEach
  void close() {
    actor.close();
    pipe.close();
  }

  // ------------------------------------------------------------------ sending and receiving

  @Test
  void whatOneEndSendsTheOtherReceivesInOrder() throws Exception {
    for (byte i = 0; i < 10; i++) {
      left.send(new byte[] {i});
      right.send(new byte[] {i, i});
    }
    for (byte i = 0; i < 10; i++) {
      assertThat(right.receive()).containsExactly(i);
      assertThat(left.receive(1, TimeUnit.DAYS)).contains(new byte[] {i, i});
    }
  }

  @Test
  void itemsOfAllKindsWithTheCodecOfObjects() throws Exception {
    try (ProcessPipe<Object> objects = ProcessPipe.create()) {
      List<Object> items = List.of("text", 42, List.of(1, 2), Optional.empty().toString());
      for (Object item : items) {
        objects.right().send(item);
      }
      for (Object item : items) {
        assertThat(objects.left().receive()).isEqualTo(item);
      }
    }
  }

  @Test
  void nothingIsThereUntilSomethingIsSent() throws Exception {
    assertThat(left.poll()).isFalse();
    assertThat(left.receive(0, TimeUnit.SECONDS)).isEmpty();
    assertThat(left.receive(-1, TimeUnit.SECONDS)).isEmpty();
    assertThat(left.receive(20, TimeUnit.MILLISECONDS)).isEmpty();
    right.send(new byte[0]);
    assertThat(left.poll()).isTrue();
    assertThat(right.poll()).isFalse();
    assertThat(left.receive()).isEmpty();
    assertThat(left.poll()).isFalse();
  }

  @Test
  void receivingWaitsForSending() throws Exception {
    Future<byte[]> received = actor.begin(left::receive);
    actor.awaitInside("waitSleep");
    right.send(new byte[] {7});
    assertThat(Actor.result(received)).containsExactly(7);
  }

  @Test
  void sendingWaitsWhenTheBufferIsFull() throws Exception {
    int sent = 0;
    for (; sent < MIB / 1000 - 20; sent++) {
      left.send(new byte[1000]);
    }
    Future<Void> more =
        actor.start(
            () -> {
              for (int i = 0; i < 20; i++) {
                left.send(new byte[1000]);
              }
            });
    actor.awaitInside("waitSleep");
    right.send(new byte[1000]); // the other direction is free
    assertThat(left.receive()).hasSize(1000);
    for (int i = 0; i < sent + 20; i++) {
      assertThat(right.receive()).hasSize(1000);
    }
    Actor.result(more);
    assertThat(right.poll()).isFalse();
  }

  @Test
  void anItemLargerThanTheBufferGoesAlone() throws Exception {
    byte[] large = new byte[5 * MIB];
    large[large.length - 1] = 5;
    left.send(large);
    Future<Void> next = actor.start(() -> left.send(new byte[] {1}));
    actor.awaitInside("waitSleep");
    assertThat(right.receive()).isEqualTo(large);
    Actor.result(next);
    assertThat(right.receive()).containsExactly(1);
  }

  @Test
  void manyThreadsMayUseAnEnd() throws Exception {
    int each = 3000;
    try (Actor second = new Actor();
        Actor third = new Actor()) {
      Actor.Step sends =
          () -> {
            for (int i = 0; i < each; i++) {
              left.send(new byte[100]);
            }
          };
      Actor.Step receives =
          () -> {
            for (int i = 0; i < each; i++) {
              right.receive();
            }
          };
      List<Future<Void>> all =
          List.of(actor.start(sends), second.start(receives), third.start(sends));
      receives.run();
      for (Future<Void> one : all) {
        Actor.result(one);
      }
    }
    assertThat(right.poll()).isFalse();
  }

  // ------------------------------------------------------------------ what is refused

  @Test
  void whatIsRefusedChangesNothing() throws Exception {
    assertThatThrownBy(() -> left.send(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ProcessPipe.create(null)).isInstanceOf(NullPointerException.class);
    try (ProcessPipe<Long> failing = ProcessPipe.create(new FailingCodec())) {
      assertThatThrownBy(() -> failing.left().send(FailingCodec.UNWRITABLE))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(failing.right().poll()).isFalse();
    }
  }

  @Test
  void anItemThatCannotBeReadIsGone() throws Exception {
    try (ProcessPipe<Long> failing = ProcessPipe.create(new FailingCodec())) {
      failing.left().send(FailingCodec.UNREADABLE);
      failing.left().send(42L);
      assertThatThrownBy(() -> failing.right().receive()).isInstanceOf(DecodeException.class);
      assertThat(failing.right().receive()).isEqualTo(42);
    }
  }

  // ------------------------------------------------------------------ interruption

  @Test
  void anInterruptEndsAWaitWithNothingDone() throws Exception {
    Future<byte[]> received = actor.begin(left::receive);
    actor.awaitInside("waitSleep").thread().interrupt();
    assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(InterruptedException.class);
    right.send(new byte[] {3});
    assertThat(left.receive()).containsExactly(3);
  }

  @Test
  void anInterruptThatCameBeforeIsNoticedBeforeAnything() throws Exception {
    right.send(new byte[] {3});
    actor.run(
        () -> {
          Thread.currentThread().interrupt();
          assertThatThrownBy(left::receive).isInstanceOf(InterruptedException.class);
          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> left.send(new byte[1])).isInstanceOf(InterruptedException.class);
        });
    assertThat(left.receive()).containsExactly(3);
    assertThat(right.poll()).isFalse();
  }

  // ------------------------------------------------------------------ closing

  @Test
  void afterTheOtherEndWasClosedTheRestIsReceived() throws Exception {
    right.send(new byte[] {1});
    right.send(new byte[] {2});
    right.close();
    right.close();
    assertThatThrownBy(() -> left.send(new byte[1]))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining(pipe.name())
        .hasMessageContaining("left");
    assertThat(left.poll()).isTrue();
    assertThat(left.receive()).containsExactly(1);
    assertThat(left.receive(1, TimeUnit.SECONDS)).contains(new byte[] {2});
    assertThat(left.poll()).isTrue();
    assertThatThrownBy(left::receive).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> left.receive(0, TimeUnit.SECONDS)).isInstanceOf(EOFException.class);
  }

  @Test
  void closingWakesWhoReceivesAtTheOtherEnd() throws Exception {
    Future<byte[]> received = actor.begin(left::receive);
    actor.awaitInside("waitSleep");
    right.close();
    assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(EOFException.class);
  }

  @Test
  void closingWakesWhoSendsAtTheOtherEnd() throws Exception {
    left.send(new byte[2 * MIB]);
    Future<Void> sent = actor.start(() -> left.send(new byte[1]));
    actor.awaitInside("waitSleep");
    right.close();
    assertThatThrownBy(() -> Actor.result(sent)).isInstanceOf(EOFException.class);
  }

  @Test
  void aClosedEndIsClosedForAllItsThreads() throws Exception {
    Future<byte[]> received = actor.begin(left::receive);
    actor.awaitInside("waitSleep");
    left.close();
    assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(left::receive).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> left.send(new byte[1])).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(left::poll).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> serialise(left)).isInstanceOf(ClosedObjectException.class);
  }

  @Test
  void closingThePipeClosesItsEnds() throws Exception {
    Future<byte[]> received = actor.begin(left::receive);
    actor.awaitInside("waitSleep");
    pipe.close();
    assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> right.send(new byte[1])).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(left::poll).isInstanceOf(ClosedObjectException.class);
    assertThat(SharedMemory.exists(pipe.name())).isFalse();
    assertThat(pipe.toString()).contains("closed");
    assertThat(left.toString()).contains("closed");
    assertThatThrownBy(pipe::left).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(pipe::right).isInstanceOf(ClosedObjectException.class);
  }

  // ------------------------------------------------------------------ as an object

  @Test
  void itIsAnAnonymousObject() {
    assertThat(pipe.isAnonymous()).isTrue();
    assertThat(pipe.left()).isSameAs(left).isEqualTo(left).isNotEqualTo(right);
    assertThat(left.hashCode()).isNotEqualTo(right.hashCode());
    assertThat(pipe.toString())
        .startsWith("ProcessPipe[" + pipe.name() + ", left of process ")
        .contains("right of process " + ProcessHandle.current().pid());
    assertThat(left.toString()).contains(pipe.name()).contains("left").contains("0 to receive");
    pipe.unlink();
    assertThat(SharedMemory.exists(pipe.name())).isFalse();
  }

  @Test
  void aReferenceWithinTheProcessIsTheSameEnd() throws Exception {
    Connection<byte[]> again = copy(left);
    assertThat(again).isEqualTo(left).hasSameHashCodeAs(left);
    again.send(new byte[] {4});
    assertThat(right.receive()).containsExactly(4);
    ProcessPipe<byte[]> samePipe = copy(pipe);
    assertThat(samePipe).isEqualTo(pipe);
    assertThat(samePipe.right()).isEqualTo(right);
    again.close(); // the end itself
    assertThatThrownBy(left::poll).isInstanceOf(ClosedObjectException.class);
    samePipe.close();
  }

  @Test
  void aReferenceToWhatIsGoneNamesIt() throws Exception {
    byte[] end = serialise(left);
    byte[] whole = serialise(pipe);
    left.close();
    assertThatThrownBy(() -> deserialise(end))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining(pipe.name())
        .hasMessageContaining("closed");
    pipe.close();
    for (byte[] bytes : List.of(end, whole)) {
      assertThatThrownBy(() -> deserialise(bytes))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining(pipe.name());
    }
    assertThatThrownBy(() -> serialise(pipe)).isInstanceOf(ClosedObjectException.class);
  }

  private static byte[] serialise(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object deserialise(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T object) throws Exception {
    return (T) deserialise(serialise(object));
  }
}
