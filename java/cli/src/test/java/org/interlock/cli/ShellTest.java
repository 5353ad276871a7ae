package org.interlock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command in the hands of a shell. */
class ShellTest {
  private static final String NAME = "cli-shell-" + ProcessHandle.current().pid();

  @TempDir Path directory;

  @AfterEach
  void removeNames() {
    Stream.of("", "-bytes", "-joinable", "-numbers", "-event", "-lock", "-permits")
        .forEach(ending -> Leftovers.remove(NAME + ending));
  }

  /**
   * Runs a script in which {@code interlock} is the command; {@code $name} is a name of its own.
   */
  private Run script(String text) throws IOException, InterruptedException {
    String command =
        Run.command().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Path program = directory.resolve("interlock");
    Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String prologue = "set -eu; PATH=" + directory + ":$PATH; name=" + NAME;
    return Run.of(List.of("bash", "-c", prologue + "\n" + text), "");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ShellTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void pipes() throws Exception {
    Run run = script(resource("/pipes.sh"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).endsWith("all is well\n");
  }

  @Test
  void itsCompletionIsUnderstoodByBash() throws Exception {
    Run run =
        script(
            """
            source <(interlock generate-completion)
            COMP_WORDS=(interlock l) COMP_CWORD=1 COMP_LINE='interlock l' COMPREPLY=()
            _complete_interlock
            echo "${COMPREPLY[@]}"
            """);
    assertThat(run.out().strip().split(" ")).containsExactlyInAnyOrder("ls", "lock");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    assertThat(Run.inside("--help").out()).contains("Exit codes:").contains("Examples:");
    assertThat(Run.inside("lock", "--help").out()).contains("interlock lock backup --wait 10s --");
    helps(Interlock.commandLine());
  }

  private static void helps(CommandLine command) {
    String usage = command.getUsageMessage();
    assertThat(command.getCommandSpec().usageMessage().description()).as(usage).isNotEmpty();
    assertThat(usage.lines()).allMatch(line -> line.length() <= 100);
    if (command.getCommandSpec().userObject().getClass().getPackage() == Run.class.getPackage()) {
      assertThat(usage.substring(usage.indexOf("\nExamples:\n") + 1))
          .as(usage)
          .startsWith("Examples:")
          .contains(command.getCommandSpec().qualifiedName());
    }
    command.getSubcommands().values().forEach(ShellTest::helps);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "lock",
        "lock x",
        "lock x --wait soon -- true",
        "show a b",
        "ls --watch=0",
        "lock a/b -- true",
        "permits x -- true",
        "permits x --of 0 -- true",
        "event",
        "event set",
        "queue put",
        "queue take x --codec",
        "queue put x --codec latin1 y",
        "queue take x -n 0",
        "queue take a/b",
        "show a/b",
        "rm a/b",
        "semaphore acquire x --permits many",
        "dump me"
      })
  void wrongUseIsExplained(String arguments) {
    isExplained(Run.inside(arguments.isEmpty() ? new String[0] : arguments.split(" ")));
  }

  /** One that picocli finds wrong, and one that the library does. */
  @ParameterizedTest
  @ValueSource(strings = {"lock x", "rm a/b"})
  void wrongUseIsExplainedToAShell(String arguments) throws Exception {
    isExplained(Run.of(arguments.split(" ")));
  }

  private static void isExplained(Run run) {
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("interlock: ").doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(4); // what is wrong can be seen
  }

  @Test
  void whatIsWrongIsSaidInWordsOfTheCommand() {
    assertThat(Run.inside("lss").err())
        .isEqualTo(
            """
            interlock: there is no command 'lss'
            Did you mean: interlock ls?
            Try: interlock --help
            """);
    assertThat(Run.inside("permits", "x", "--of", "many", "--", "true").err())
        .contains("'--of': 'many' is no whole number")
        .contains("Usage: interlock permits NAME --of N");
    assertThat(Run.inside("show", "x", "y").err()).contains("'y' is one argument too many");
    assertThat(Run.inside("rm", "a/b").err()).contains("1 to 200 characters").contains("\"a/b\"");
    String unused = "cli-unused-" + ProcessHandle.current().pid();
    assertThat(Run.inside("queue", "put", unused, "--codec", "latin1", "x").err()).contains("utf8");
    assertThat(Run.inside("ls", unused).out().lines()).hasSize(1); // no queue, but the titles
  }

  @Test
  void theDoctorFindsWhatIsWrong() throws Exception {
    Run healthy = Run.of("doctor");
    assertThat(healthy.status()).as(healthy.out() + healthy.err()).isZero();
    assertThat(healthy.out()).contains("/dev/shm").contains("glibc").contains("open files");
    needsRoot();
    Run small = onOtherShm("size=8m,mode=1777", "doctor");
    assertThat(small.status()).isZero();
    assertThat(small.out()).containsPattern("warn +/dev/shm +8M, 8M free\n +-> .*--shm-size");
    Run readOnly = onOtherShm("ro", "doctor");
    assertThat(readOnly.status()).isEqualTo(1);
    assertThat(readOnly.out()).containsPattern("FAIL +/dev/shm +is read-only\n +-> .*--tmpfs");
  }

  @Test
  void theDoctorFindsDirectoriesWhereNothingMayBeExecuted() throws Exception {
    needsRoot();
    Path noexec = Files.createDirectory(directory.resolve("noexec"));
    String command =
        String.join(" ", Run.command("doctor"))
            .replaceFirst(" ", " -Dinterlock.native.dir=" + noexec + " ");
    Run run =
        Run.of(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs " + noexec + " && exec " + command),
            "");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("FAIL +native dir +" + noexec + " is on a file system mounted noexec\n")
        .containsPattern("FAIL +library ");
    assertThat(run.err()).isEmpty();
  }

  private static void needsRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to mount");
  }

  private static Run onOtherShm(String options, String... arguments) throws Exception {
    return Run.of(
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o "
                + options
                + " tmpfs /dev/shm && exec "
                + String.join(" ", Run.command(arguments))),
        "");
  }
}
