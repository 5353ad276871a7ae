package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.interlock.children.Leftovers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be started says so in {@code start()}, and nothing is left of it. */
@ExtendWith(Leftovers.class)
class ChildProcessStartTest {
  @TempDir Path directory;

  /** Not serialisable. */
  static class Stove {}

  private static void fails(ThrowingCallable start, String call, String errno, String... told) {
    assertThatThrownBy(start)
        .isInstanceOfSatisfying(
            PosixException.class,
            e -> {
              assertThat(e.call()).isEqualTo(call);
              assertThat(e.errnoName()).isEqualTo(errno);
              assertThat(e.errno()).isPositive();
              assertThat(e).hasMessageContainingAll(told);
            });
    assertThat(ChildProcess.active()).isEmpty();
  }

  @Test
  void aTaskThatCannotBeSerialisedNamesTheField() {
    Stove stove = new Stove();
    assertThatThrownBy(() -> ChildProcess.start(() -> System.out.println(stove)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("captured variable 0 (" + Stove.class.getName() + ")");
    assertThat(ChildProcess.active()).isEmpty();
  }

  @Test
  void aCommandThatDoesNotExist() {
    for (boolean daemon : new boolean[] {false, true}) {
      fails(
          () -> ChildProcess.command("/no/such/program").daemon(daemon).start(),
          "execve",
          "ENOENT",
          "/no/such/program");
      fails(
          () -> ChildProcess.command("no-such-program-in-path").daemon(daemon).start(),
          "execve",
          "ENOENT",
          "no-such-program-in-path");
    }
  }

  @Test
  void aCommandThatMayNotBeExecuted() throws Exception {
    Path file = Files.writeString(directory.resolve("not executable"), "#!/bin/sh\n");
    for (boolean daemon : new boolean[] {false, true}) {
      fails(
          () -> ChildProcess.command(file.toString()).daemon(daemon).start(),
          "execve",
          "EACCES",
          file.toString());
    }
  }

  @Test
  void aDirectoryThatIsNotThere() {
    fails(
        () -> ChildProcess.builder(() -> {}).directory(directory.resolve("none")).start(),
        "chdir",
        "ENOENT",
        directory.resolve("none").toString());
  }

  @Test
  void outputThatCannotBeWritten() {
    Path file = directory.resolve("none").resolve("output");
    fails(
        () -> ChildProcess.builder(() -> {}).redirectOutput(file).start(),
        "open",
        "ENOENT",
        file.toString());
    fails(
        () -> ChildProcess.builder(() -> {}).redirectError(file).daemon(true).start(),
        "open",
        "ENOENT",
        file.toString());
  }

  @Test
  void argumentsThatAreTooLong() {
    fails(
        () -> ChildProcess.command("true", "x".repeat(200_000)).start(),
        "posix_spawn",
        "E2BIG",
        "longer than the system takes");
  }

  @Test
  void nullIsRefusedBeforeAnything() {
    assertThatThrownBy(() -> ChildProcess.builder(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ChildProcess.start(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ChildProcess.startDaemon(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ChildProcess.command((String[]) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ChildProcess.command("a", null))
        .isInstanceOf(NullPointerException.class);
    ChildProcess.Builder builder = ChildProcess.builder(() -> {});
    assertThatThrownBy(() -> builder.name(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.jvmOptions((String) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.environment(null)).isInstanceOf(NullPointerException.class);
    Map<String, String> changes = new HashMap<>();
    changes.put(null, "x");
    assertThatThrownBy(() -> builder.environment(changes)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.directory(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.redirectOutput(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.redirectError(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(ChildProcess::command).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChildProcess.command("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChildProcess.command("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
    ChildProcess.Builder builder = ChildProcess.builder(() -> {});
    assertThatThrownBy(() -> builder.name("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.environment(Map.of("A=B", "c")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.environment(Map.of("", "c")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.environment(Map.of("A", "\0")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChildProcess.command("true").jvmOptions("-Xmx1g"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void failedStartsLeaveNoDescriptorsHoweverMany() {
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> ChildProcess.command("/no/such/program").daemon(true).start())
          .isInstanceOf(PosixException.class);
    }
  }
}
