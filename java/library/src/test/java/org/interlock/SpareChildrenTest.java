package org.interlock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.interlock.children.Leftovers;
import org.interlock.children.Processes;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program that starts children again and again has a JVM ready for the next one. Nothing but the
 * time that a start takes tells such a child from another.
 */
@ExtendWith(Leftovers.class)
class SpareChildrenTest {
  static final long HANG_SECONDS = 60;
  private static final Pattern SPARE = Pattern.compile(" spare \\S+ waiting$");

  /** Starts children as it is told: "KIND NAME". Ends at the end of its input. */
  static final class Parent {
    private static final ProcessQueue<String> SAID = ProcessQueue.create();

    public static void main(String[] arguments) throws Exception {
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        obey(words[0], words[1]);
      }
    }

    private static void obey(String kind, String name) throws Exception {
      switch (kind) {
        case "run" -> run(ChildProcess.builder(sayingIn(name)).name(name));
        case "optioned" -> run(ChildProcess.builder(sayingIn(name)).name(name).jvmOptions("-Dx=y"));
        case "throw" ->
            run(
                ChildProcess.builder(
                        () -> {
                          throw new IllegalStateException("by " + ChildProcess.currentName());
                        })
                    .name(name));
        case "stay" -> ChildProcess.builder(staying(name)).name(name).start();
        case "daemon" -> ChildProcess.builder(staying(name)).name(name).daemon(true).start();
        case "terminate" -> {
          ChildProcess child = ChildProcess.builder(staying(name)).name(name).start();
          while (!SAID.take().equals(name)) {
            Thread.onSpinWait();
          }
          child.terminate();
          tellEnd(child);
        }
        case "exit" -> System.exit(5);
        default -> throw new IllegalArgumentException(kind);
      }
    }

    private static Task sayingIn(String name) {
      ProcessQueue<String> said = SAID;
      return () -> {
        System.out.println(name + " ran in " + ProcessHandle.current().pid());
        said.put(ChildProcess.currentName());
      };
    }

    private static Task staying(String name) {
      Task say = sayingIn(name);
      return () -> {
        say.run();
        Thread.sleep(Long.MAX_VALUE);
      };
    }

    private static void run(ChildProcess.Builder builder) throws InterruptedException {
      ChildProcess child = builder.start();
      child.join();
      tellEnd(child);
    }

    private static void tellEnd(ChildProcess child) throws InterruptedException {
      child.join();
      System.out.println(child.name() + " ended with " + child.exitCode().getAsInt());
    }

    private Parent() {}
  }

  private static TestJvm parent(String... options) throws IOException {
    return TestJvm.of(Parent.class).shortLived().options(options).start();
  }

  /** Makes the parent run a child, and gives the pid of that. */
  static long run(TestJvm parent, String kind, String name) throws IOException {
    parent.say(kind + " " + name + "\n");
    Matcher ran = Pattern.compile(name + " ran in (\\d+)\n").matcher("");
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> ran.reset(parent.output()).find());
    if (!kind.equals("stay") && !kind.equals("daemon")) {
      parent.awaitOutput(name + " ended with ");
    }
    return Long.parseLong(ran.group(1));
  }

  static List<Long> spares(TestJvm parent) {
    return parent.rememberDescendants().stream()
        .filter(process -> SPARE.matcher(process.info().commandLine().orElse("")).find())
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .map(ProcessHandle::pid)
        .toList();
  }

  static long awaitSpare(TestJvm parent) {
    return Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(20, TimeUnit.MILLISECONDS) // each look is at all processes there are
        .until(() -> spares(parent), spares -> !spares.isEmpty())
        .get(0);
  }

  /**
   * Makes a child run in a JVM that was a spare, and gives its pid. The parent's thread that makes
   * spares may not yet have put the first one where it is found.
   */
  static long runInSpare(TestJvm parent, String kind, String name) throws IOException {
    for (int i = 0; ; i++) {
      long spare = awaitSpare(parent);
      if (run(parent, kind, name + i) == spare) {
        return spare;
      }
    }
  }

  static TestJvm parentWithSpare() throws IOException {
    TestJvm parent = parent();
    run(parent, "run", "first");
    run(parent, "run", "second");
    return parent;
  }

  @Test
  void aProgramThatStartsOneChildHasNone() throws Exception {
    try (TestJvm parent = parent()) {
      run(parent, "run", "only");
      assertThat(spares(parent)).isEmpty();
      run(parent, "run", "second");
      awaitSpare(parent);
    }
  }

  @Test
  void asManyAsThePropertySays() throws Exception {
    try (TestJvm none = parent("-Dinterlock.spares=0");
        TestJvm two = parent("-Dinterlock.spares=2")) {
      run(none, "run", "first");
      run(none, "run", "second");
      run(two, "run", "first");
      run(two, "run", "second");
      Awaitility.await()
          .atMost(HANG_SECONDS, TimeUnit.SECONDS)
          .until(() -> spares(two).size() == 2);
      assertThat(spares(none)).isEmpty();
    }
  }

  /** What nobody has begun is not brought to a good end: no word on stderr, whatever the way. */
  @ParameterizedTest
  @CsvSource({"eof, 0", "exit, 5", "SIGTERM, 143", "SIGKILL, 137"})
  void anIdleOneEndsQuietlyWithItsParent(String how, int exitCode) throws Exception {
    try (TestJvm parent = parentWithSpare()) {
      awaitSpare(parent);
      String before = parent.output();
      switch (how) {
        case "eof" -> parent.endInput();
        case "exit" -> parent.say("exit now\n");
        default -> Processes.signal(how.substring(3), parent.handle().pid());
      }
      assertThat(parent.exitCode()).isEqualTo(exitCode);
      parent.awaitEndOfDescendants();
      assertThat(parent.output()).isEqualTo(before);
    }
  }

  @Test
  void asADaemonItEndsWithItsParent() throws Exception {
    try (TestJvm parent = parentWithSpare()) {
      long child = runInSpare(parent, "daemon", "daemon");
      assertThat(ProcessHandle.of(child)).isPresent();
      Processes.signal("KILL", parent.handle().pid());
      assertThat(parent.exitCode()).isEqualTo(137);
      parent.awaitEndOfDescendants();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "SIGTERM", "SIGKILL"})
  void asNoDaemonItOutlivesItsParent(String how) throws Exception {
    try (TestJvm parent = parentWithSpare()) {
      ProcessHandle child = ProcessHandle.of(runInSpare(parent, "stay", "stays")).orElseThrow();
      parent.rememberDescendants();
      if (how.equals("exit")) {
        parent.say("exit now\n");
      } else {
        Processes.signal(how.substring(3), parent.handle().pid());
      }
      parent.exitCode();
      Thread.sleep(500); // in which its guardian, which sees the end, would act
      assertThat(Processes.isRunning(child)).isTrue();
      child.destroyForcibly();
      parent.awaitEndOfDescendants();
    }
  }

  @Test
  void theParentWaitsForOneThatIsNoDaemon() throws Exception {
    try (TestJvm parent = parentWithSpare()) {
      ProcessHandle child = ProcessHandle.of(runInSpare(parent, "stay", "stays")).orElseThrow();
      parent.endInput();
      Thread.sleep(500);
      assertThat(parent.handle().isAlive()).isTrue();
      child.destroyForcibly();
      assertThat(parent.exitCode()).isZero();
      parent.awaitEndOfDescendants();
    }
  }

  @Test
  void aPropertyThatIsNoNumberIsAnErrorThatNamesIt() throws Exception {
    try (TestJvm parent = parent("-Dinterlock.spares=many")) {
      parent.say("run child\n");
      assertThat(parent.exitCode()).isEqualTo(1);
      assertThat(parent.output())
          .contains("-Dinterlock.spares=many: the number of spare JVMs is from 0 to 64");
    }
  }
}
