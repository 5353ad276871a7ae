package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.interlock.children.Leftovers;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Environment, directory, input and output, JVM options. */
@ExtendWith(Leftovers.class)
class ChildProcessSettingsTest {
  @TempDir Path directory;

  private String outputOf(ChildProcess.Builder builder) throws Exception {
    Path output = directory.resolve("output");
    ChildProcess child = builder.redirectOutput(output).start();
    child.join();
    assertThat(child.exitCode()).hasValue(0);
    return Files.readString(output);
  }

  @Test
  void environmentIsTheParentsWithChanges() throws Exception {
    Map<String, String> changes = new HashMap<>();
    changes.put("INTERLOCK_TEST", "with space = and ü");
    changes.put("HOME", null);
    assertThat(
            outputOf(
                ChildProcess.command(
                        "sh", "-c", "echo \"$INTERLOCK_TEST|${HOME-unset}|${PATH:+set}\"")
                    .environment(changes)))
        .isEqualTo("with space = and ü|unset|set\n");
    assertThat(
            outputOf(
                ChildProcess.builder(
                        () ->
                            System.out.print(
                                System.getenv("INTERLOCK_TEST") + System.getenv("HOME")))
                    .environment(changes)
                    .jvmOptions("-Dfile.encoding=UTF-8")))
        .isEqualTo("with space = and ünull");
  }

  /** Shows a variable as bytes, here and in a child. */
  static final class EnvironmentTeller {
    public static void main(String[] arguments) throws Exception {
      ChildProcess.command("sh", "-c", "printf %s \"$GREETING\" | od -An -tx1").start().join();
    }

    private EnvironmentTeller() {}
  }

  /** A JVM in this locale, that of many containers, cannot even decode it. */
  @Test
  void whatIsInheritedIsInheritedByteByByte() throws Exception {
    TestJvm.Builder program =
        TestJvm.of(EnvironmentTeller.class)
            .environment(Map.of("LC_ALL", "C", "LANG", "C", "GREETING", "gr\u00fc\u00df"));
    try (TestJvm jvm = program.start()) {
      assertThat(jvm.result()).isEqualTo(" 67 72 c3 bc c3 9f\n");
    }
  }

  @Test
  void aNameIsLookedUpInThePathOfTheEnvironment() throws Exception {
    Path program = Files.writeString(directory.resolve("greet"), "#!/bin/sh\necho hello $1\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(
            outputOf(
                ChildProcess.command("greet", "you")
                    .environment(Map.of("PATH", directory + ":" + System.getenv("PATH")))))
        .isEqualTo("hello you\n");
  }

  @Test
  void directory() throws Exception {
    Path there = Files.createDirectory(directory.resolve("with space"));
    assertThat(outputOf(ChildProcess.command("pwd").directory(there)))
        .isEqualTo(there.toRealPath() + "\n");
    assertThat(
            outputOf(
                ChildProcess.builder(() -> System.out.print(Path.of("").toAbsolutePath()))
                    .directory(there)))
        .isEqualTo(there.toRealPath().toString());
  }

  @Test
  void outputAndErrorToFiles() throws Exception {
    Path output = Files.writeString(directory.resolve("out put"), "old and long content");
    Path error = directory.resolve("error");
    ChildProcess child =
        ChildProcess.command("sh", "-c", "echo out; echo err >&2")
            .redirectOutput(output)
            .redirectError(error)
            .start();
    child.join();
    assertThat(output).hasContent("out");
    assertThat(error).hasContent("err");
  }

  @Test
  void outputAndErrorToOneFile() throws Exception {
    Path both = directory.resolve("both");
    ChildProcess child =
        ChildProcess.command("sh", "-c", "echo 1; echo 2 >&2; echo 3; echo 4 >&2")
            .redirectOutput(both)
            .redirectError(both)
            .start();
    child.join();
    assertThat(Files.readString(both)).isEqualTo("1\n2\n3\n4\n");
  }

  /** Prints to both, and starts children that do. */
  static final class Talker {
    public static void main(String[] arguments) throws Exception {
      ChildProcess.command("sh", "-c", "echo heard").start().join();
      ChildProcess.command("sh", "-c", "echo unheard; echo error >&2")
          .discardOutput()
          .start()
          .join();
      ChildProcess.command("cat").start().join();
      ChildProcess.command("head", "-n", "1").inheritInput().start().join();
    }

    private Talker() {}
  }

  @Test
  void otherwiseOutputIsTheParentsAndInputIsEmpty() throws Exception {
    // TestJvm's programs have an open pipe as input: a child that read it would hang here.
    try (TestJvm jvm = TestJvm.of(Talker.class).start()) {
      jvm.say("a line\n");
      assertThat(jvm.result()).isEqualTo("heard\nerror\na line\n");
    }
  }

  @Test
  void jvmOptionsComeLast() throws Exception {
    assertThat(
            outputOf(
                ChildProcess.builder(() -> System.out.print(System.getProperty("x.y")))
                    .jvmOptions("-Dx.y=1", "-Xmx64m")
                    .jvmOptions("-Dx.y=2")))
        .isEqualTo("2");
  }
}
