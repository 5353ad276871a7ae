package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.InvalidObjectException;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.interlock.ProcessPipe.Connection;
import org.interlock.children.Leftovers;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ends of pipes in other processes, which are killed, stopped, or never come to be. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class ProcessPipeChildrenTest {
  private static final String STOP = "stop";

  @TempDir Path directory;

  private ProcessPipe<String> pipe;
  private Connection<String> ours;
  private Connection<String> theirs;

  @BeforeEach
  void open() {
    pipe = ProcessPipe.create(Codec.strings());
    ours = pipe.left();
    theirs = pipe.right();
  }

  @AfterEach
  void close() {
    pipe.close();
  }

  /** Sends back what it receives. */
  private static void echo(Connection<String> connection) throws Exception {
    while (true) {
      String item = connection.receive();
      if (item.equals(STOP)) {
        return;
      }
      connection.send(item + "!");
    }
  }

  private static ChildProcess startEcho(Connection<String> connection) {
    return ChildProcess.startDaemon(() -> echo(connection));
  }

  private static void endsWell(ChildProcess child) throws InterruptedException {
    child.join();
    assertThat(child.exitCode()).hasValue(0);
  }

  private static void signal(ChildProcess child, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + child.pid()).start().waitFor()).isZero();
  }

  @Test
  void twoProcessesTalkAndTheEndIsTold() throws Exception {
    ChildProcess child = startEcho(theirs);
    for (int i = 0; i < 1000; i++) {
      ours.send("item " + i);
      assertThat(ours.receive()).isEqualTo("item " + i + "!");
    }
    ours.send(STOP);
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
    endsWell(child);
  }

  @Test
  void theParentsCopyThrowsOnceTheChildIsStarted() throws Exception {
    ChildProcess child = startEcho(theirs);
    assertThatThrownBy(() -> theirs.send("x"))
        .isInstanceOf(ClosedObjectException.class)
        .hasMessageContaining("right")
        .hasMessageContaining("handed to");
    assertThatThrownBy(theirs::receive).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(theirs::poll).isInstanceOf(ClosedObjectException.class);
    assertThatThrownBy(() -> startEcho(theirs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("handed to");
    theirs.close(); // of no effect
    ours.send("still there");
    assertThat(ours.receive()).isEqualTo("still there!");
    ours.send(STOP);
    endsWell(child);
  }

  @Test
  void aThreadThatWaitsAtAnEndThatIsHandedOnIsTold() throws Exception {
    try (Actor actor = new Actor()) {
      Future<String> received = actor.begin(theirs::receive);
      actor.awaitInside("waitSleep");
      ChildProcess child = startEcho(theirs);
      assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(ClosedObjectException.class);
      ours.send(STOP);
      endsWell(child);
    }
  }

  @Test
  void aFailedStartGivesTheEndBack() throws Exception {
    Connection<String> connection = theirs;
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  ChildProcess.builder(() -> echo(connection))
                      .directory(directory.resolve("none"))
                      .start())
          .isInstanceOf(PosixException.class);
      Object notSerialisable = new Object();
      assertThatThrownBy(
              () -> ChildProcess.start(() -> connection.send(notSerialisable.toString())))
          .isInstanceOf(IllegalArgumentException.class);
      theirs.send("from here");
      assertThat(ours.receive()).isEqualTo("from here");
    }
  }

  @Test
  void theParentMayCloseItsHandleAtOnce() throws Exception {
    ProcessPipe<String> other = ProcessPipe.create(Codec.strings());
    Connection<String> left = other.left();
    Connection<String> right = other.right();
    Connection<String> connection = theirs;
    ChildProcess child =
        ChildProcess.start(
            () -> {
              left.send("both are mine, and " + connection.receive());
              connection.send(right.receive());
            });
    other.close();
    ours.send("this, too");
    assertThat(ours.receive()).isEqualTo("both are mine, and this, too");
    endsWell(child);
  }

  @Test
  void whatWasSentBeforeTheKillIsReceivedAndThenTheEnd() throws Exception {
    Connection<String> connection = theirs;
    ChildProcess child =
        ChildProcess.startDaemon(
            () -> {
              for (int i = 0; i < 5000; i++) {
                connection.send("item " + i);
              }
              Thread.sleep(Long.MAX_VALUE);
            });
    assertThat(ours.receive()).isEqualTo("item 0");
    while (!pipeHolds(4999)) {
      Thread.sleep(2);
    }
    child.kill();
    child.join();
    assertThatThrownBy(() -> ours.send("x")).isInstanceOf(EOFException.class);
    for (int i = 1; i < 5000; i++) {
      assertThat(ours.poll()).isTrue();
      assertThat(ours.receive()).isEqualTo("item " + i);
    }
    assertThat(ours.poll()).isTrue();
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> ours.receive(1, TimeUnit.SECONDS)).isInstanceOf(EOFException.class);
  }

  private boolean pipeHolds(int items) {
    return ours.toString().contains(items + " to receive");
  }

  @Test
  void oneWhoWaitsIsToldOfTheKill() throws Exception {
    ChildProcess child = startEcho(theirs);
    ours.send("ready");
    ours.receive();
    try (Actor receiver = new Actor()) {
      Future<String> received = receiver.begin(ours::receive);
      receiver.awaitInside("waitSleep");
      child.kill();
      assertThatThrownBy(() -> Actor.result(received)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void oneWhoWaitsForRoomIsToldOfTheKill() throws Exception {
    Connection<String> connection = theirs;
    ChildProcess child =
        ChildProcess.startDaemon(
            () -> {
              connection.send("ready");
              Thread.sleep(Long.MAX_VALUE);
            });
    ours.receive();
    try (Actor sender = new Actor()) {
      Future<Void> sent =
          sender.start(
              () -> {
                while (true) {
                  ours.send("x".repeat(10000));
                }
              });
      sender.awaitInside("waitSleep");
      child.kill();
      assertThatThrownBy(() -> Actor.result(sent)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aStoppedProcessHasNotEnded() throws Exception {
    ChildProcess child = startEcho(theirs);
    ours.send("a");
    assertThat(ours.receive()).isEqualTo("a!");
    signal(child, "STOP");
    Worker.awaitStopped(child.pid());
    ours.send("b");
    assertThat(ours.receive(300, TimeUnit.MILLISECONDS)).isEmpty();
    assertThat(ours.poll()).isFalse();
    signal(child, "CONT");
    assertThat(ours.receive()).isEqualTo("b!");
    signal(child, "STOP");
    child.kill();
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
  }

  @Test
  void theTaskEndsWithoutClosing() throws Exception {
    Connection<String> connection = theirs;
    ChildProcess child = ChildProcess.start(() -> connection.send("last words"));
    assertThat(ours.receive()).isEqualTo("last words");
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
    endsWell(child);
  }

  /**
   * It has a reference to a class that its process does not find, and ends before it has the end.
   */
  @Test
  void aTaskThatCannotBeReadEndsIt() throws Exception {
    Connection<String> connection = theirs;
    ChildProcess child =
        ChildProcess.builder(
                () -> {
                  connection.send("never");
                })
            .jvmOptions("-Djdk.serialFilter=!*")
            .redirectError(directory.resolve("stderr"))
            .start();
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
    child.join();
    assertThat(child.exitCode()).hasValue(1);
  }

  @Test
  void anEndIsHandedOnAndOn() throws Exception {
    Connection<String> connection = theirs;
    ChildProcess child =
        ChildProcess.start(
            () -> {
              connection.send(ChildProcess.currentName());
              ChildProcess grandchild =
                  ChildProcess.builder(() -> echo(connection)).name("grandchild").start();
              try {
                connection.poll();
                throw new AssertionError("it is not ours any more");
              } catch (ClosedObjectException expected) {
                grandchild.join();
              }
            });
    assertThat(ours.receive()).isEqualTo(child.name());
    ours.send("deep");
    assertThat(ours.receive()).isEqualTo("deep!");
    ours.send(STOP);
    assertThatThrownBy(ours::receive).isInstanceOf(EOFException.class);
    endsWell(child);
  }

  @Test
  void anEndCanBeSentThroughAQueueToTheFirstWhoReadsIt() throws Exception {
    try (ProcessQueue<Connection<String>> queue = ProcessQueue.create()) {
      ChildProcess child = ChildProcess.startDaemon(() -> echo(queue.take()));
      queue.put(theirs);
      ours.send("by queue");
      assertThat(ours.receive()).isEqualTo("by queue!");
      assertThatThrownBy(theirs::poll).isInstanceOf(ClosedObjectException.class);
      ours.send(STOP);
      endsWell(child);
    }
  }

  @Test
  void aReferenceIsGoodOnce() throws Exception {
    try (ProcessQueue<Connection<String>> queue = ProcessQueue.create()) {
      queue.put(theirs);
      queue.put(theirs);
      ChildProcess child = ChildProcess.startDaemon(() -> echo(queue.take()));
      ours.send("x");
      assertThat(ours.receive()).isEqualTo("x!");
      assertThatThrownBy(queue::take)
          .isInstanceOf(DecodeException.class)
          .cause()
          .hasRootCauseInstanceOf(ClosedObjectException.class)
          .hasMessageContaining(pipe.name());
      ours.send(STOP);
      endsWell(child);
    }
  }

  @Test
  void thePipeItselfTravelsWithoutItsEnds() throws Exception {
    ProcessPipe<String> whole = pipe;
    ChildProcess child =
        ChildProcess.start(
            () -> {
              try {
                whole.right().poll();
                throw new AssertionError("that end is the parent's");
              } catch (ClosedObjectException expected) {
                System.out.println(expected.getMessage());
              }
            });
    endsWell(child);
    theirs.send("here");
    assertThat(ours.receive()).isEqualTo("here");
  }

  @Test
  void aReferenceThatNobodyTookDoesNotKeepItsPipe() throws Exception {
    ProcessPipe<String> other = ProcessPipe.create(Codec.strings());
    try (ProcessQueue<Connection<String>> queue = ProcessQueue.create()) {
      queue.put(other.left());
      other.close();
      assertThatThrownBy(queue::take)
          .isInstanceOf(DecodeException.class)
          .hasRootCauseInstanceOf(InvalidObjectException.class);
    }
  }
}
