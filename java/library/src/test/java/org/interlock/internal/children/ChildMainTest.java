package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.interlock.Task;
import org.interlock.children.Leftovers;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a child does with a message that is not whole: the parent ended, or something is wrong. */
@ExtendWith(Leftovers.class)
class ChildMainTest {
  private static final long HANG_NANOS = 60_000_000_000L;

  @TempDir Path directory;

  /** Creates a file. */
  record Touch(String file) implements Task {
    @Override
    public void run() throws Exception {
      Files.createFile(Path.of(file));
    }
  }

  /** Starts a child, writes to its channel and closes it; gives the exit code of the child. */
  private int exitCodeAfter(byte[]... parts) {
    return exitCodeAfter(JvmCommand.of(JvmFacts.ofThisJvm(), List.of(), false, "x"), parts);
  }

  private int exitCodeAfter(JvmCommand command, byte[]... parts) {
    Identity identity = new Identity("x", false, 1, 1, "1");
    Launch launch =
        new Launch(
            command.arguments(),
            Environment.changes(Set.of(), Map.of()),
            null,
            null,
            directory.resolve("error").toString(),
            Launch.Life.FREE,
            false);
    NativeChild process = new NativeChild();
    Child child = new Child(identity, process);
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer ends = arena.allocate(2 * Integer.BYTES);
      long address = NativeArena.addressOf(ends);
      assertThat(ColdCalls.il_channel_open(address, address + Integer.BYTES)).isZero();
      assertThat(process.spawn(launch, ends.getInt(Integer.BYTES))).isZero();
      HotCalls.descriptorClose(ends.getInt(Integer.BYTES));
      for (byte[] part : parts) {
        long data = NativeArena.addressOf(arena.allocate(part.length).put(0, part));
        int channel = ends.getInt(0);
        assertThat(ColdCalls.il_channel_send(channel, data, part.length, 0, 0, Long.MAX_VALUE))
            .isZero();
      }
      HotCalls.descriptorClose(ends.getInt(0));
    }
    int status = process.await(HANG_NANOS);
    assertThat(Status.code(status)).isEqualTo(Status.OK);
    child.markEnded(status);
    process.release();
    return child.ended().join();
  }

  private String error() throws Exception {
    return Files.readString(directory.resolve("error"));
  }

  private byte[] body() {
    byte[] task = TaskBytes.write(new Touch(directory.resolve("touched").toString()));
    return new TaskMessage(new Identity("x", false, 1, 1, "1"), "", task).toBody();
  }

  @Test
  void runsWhatIsWhole() {
    byte[] body = body();
    assertThat(exitCodeAfter(TaskMessage.Header.of(body, 0).toBytes(), body)).isZero();
    assertThat(directory.resolve("touched")).exists();
  }

  @Test
  void findsALibraryItselfWhenItsParentsIsGone() {
    JvmCommand command =
        JvmCommand.of(JvmFacts.ofThisJvm(), List.of(), false, "x")
            .loading(directory.resolve("gone.so"));
    byte[] body = body();
    assertThat(exitCodeAfter(command, TaskMessage.Header.of(body, 0).toBytes(), body)).isZero();
    assertThat(directory.resolve("touched")).exists();
  }

  @Test
  void endsQuietlyWhenTheParentIsGoneBeforeTheMessage() throws Exception {
    assertThat(exitCodeAfter()).isEqualTo(ChildMain.EXIT_PARENT_GONE);
    assertThat(error()).isEmpty();
  }

  @Test
  void endsQuietlyWhenTheParentIsGoneInTheMiddle() throws Exception {
    byte[] body = body();
    byte[] half = java.util.Arrays.copyOf(body, body.length - 1);
    assertThat(exitCodeAfter(TaskMessage.Header.of(body, 0).toBytes(), half))
        .isEqualTo(ChildMain.EXIT_PARENT_GONE);
    assertThat(error()).isEmpty();
    assertThat(directory.resolve("touched")).doesNotExist();
  }

  @Test
  void refusesADamagedMessage() throws Exception {
    byte[] body = body();
    byte[] header = TaskMessage.Header.of(body, 0).toBytes();
    body[body.length - 3] ^= 1;
    assertThat(exitCodeAfter(header, body)).isEqualTo(1);
    assertThat(error()).contains("damaged");
    assertThat(directory.resolve("touched")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoMessage() throws Exception {
    assertThat(exitCodeAfter(new byte[100])).isEqualTo(1);
    assertThat(error()).contains("what arrived is no task");
  }
}
