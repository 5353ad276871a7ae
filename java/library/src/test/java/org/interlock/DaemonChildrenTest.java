package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.interlock.children.Jdks;
import org.interlock.children.Leftovers;
import org.interlock.children.Processes;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A daemon child ends with its parent, in whatever way that ends. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class DaemonChildrenTest {
  private static final long GUARDIAN_AND_CHILD = 2;

  @TempDir Path directory;

  /** Starts a child, says "ready" when its task runs, and ends as it is told when it is told. */
  static final class Parent {
    public static void main(String[] arguments) throws Exception {
      String ready = arguments[2];
      ChildProcess.builder(taskOf(arguments[1], ready))
          .daemon(!arguments[1].equals("no daemon"))
          .start();
      if (!arguments[1].equals("early")) {
        while (!Files.exists(Path.of(ready))) {
          Thread.sleep(5);
        }
      }
      System.out.println("ready");
      System.in.read();
      end(arguments[0]);
    }

    private static Task taskOf(String kind, String ready) {
      if (kind.equals("stubborn")) {
        return () -> {
          Runtime.getRuntime().addShutdownHook(new Thread(Parent::stay));
          Files.createFile(Path.of(ready));
          stay();
        };
      }
      if (kind.equals("with detached grandchild")) {
        return () -> {
          new ProcessBuilder(
                  "setsid", "sh", "-c", "trap '' TERM; : > '" + ready + "'; exec sleep 600")
              .start();
          stay();
        };
      }
      return () -> {
        Files.createFile(Path.of(ready));
        stay();
      };
    }

    static void stay() {
      while (true) {
        try {
          Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
          Thread.interrupted();
        }
      }
    }

    private static void end(String how) {
      switch (how) {
        case "exit" -> System.exit(3);
        case "halt" -> Runtime.getRuntime().halt(4);
        case "throw" -> throw new IllegalStateException("the end");
        case "return" -> {}
        default -> stay(); // until a signal comes
      }
    }

    private Parent() {}
  }

  private void endsWithItsParent(String how, String child, int exitCode) throws Exception {
    String ready = directory.resolve("ready").toString();
    TestJvm.Builder program =
        TestJvm.of(Parent.class, how, child, ready)
            .options("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + directory.resolve("hs_err"));
    try (TestJvm parent = program.start()) {
      parent.awaitOutput("ready");
      List<ProcessHandle> below = parent.rememberDescendants();
      assertThat(below).hasSizeGreaterThanOrEqualTo((int) GUARDIAN_AND_CHILD);
      assertThat(below).allMatch(Processes::isRunning);
      parent.say("go\n");
      if (how.startsWith("SIG")) {
        Processes.signal(how.substring(3), parent.handle().pid());
      }
      assertThat(parent.exitCode()).isEqualTo(exitCode);
      parent.awaitEndOfDescendants();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "return, 0",
    "exit, 3",
    "throw, 1",
    "halt, 4",
    "SIGTERM, 143",
    "SIGKILL, 137",
    "SIGSEGV, 1" // the JVM's, having written its report
  })
  void inWhateverWay(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "plain", exitCode);
  }

  /** The child is still starting, or waits for its task, when its parent ends. */
  @ParameterizedTest
  @CsvSource({"return, 0", "halt, 4", "SIGKILL, 137"})
  void alsoRightAfterTheStart(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "early", exitCode);
  }

  @ParameterizedTest
  @CsvSource({"exit, 3", "SIGKILL, 137"})
  void alsoIfItIgnoresSigterm(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "stubborn", exitCode);
  }

  @ParameterizedTest
  @CsvSource({"return, 0", "SIGKILL, 137"})
  void withAllThatItHasStarted(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "with detached grandchild", exitCode);
  }

  /** That a child ends in the tests above is not what happens to any child. */
  @ParameterizedTest
  @CsvSource({"exit, 3", "SIGTERM, 143", "SIGKILL, 137"})
  void aChildThatIsNoDaemonStays(String how, int exitCode) throws Exception {
    String ready = directory.resolve("ready").toString();
    try (TestJvm parent = TestJvm.of(Parent.class, how, "no daemon", ready).start()) {
      parent.awaitOutput("ready");
      List<ProcessHandle> below = parent.rememberDescendants();
      parent.say("go\n");
      if (how.startsWith("SIG")) {
        Processes.signal(how.substring(3), parent.handle().pid());
      }
      assertThat(parent.exitCode()).isEqualTo(exitCode);
      Thread.sleep(1000);
      assertThat(below).hasSize(1).allMatch(Processes::isRunning);
      below.forEach(ProcessHandle::destroyForcibly);
      parent.awaitEndOfDescendants();
    }
  }

  /** Main returns while children of both kinds run. */
  static final class BothKinds {
    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("parent ends")));
      long daemon = ChildProcess.startDaemon(Parent::stay).pid();
      ChildProcess.start(
          () -> {
            while (ProcessHandle.of(daemon).isPresent()) {
              Thread.sleep(5);
            }
            System.out.println("the daemon is gone");
          });
      if (arguments.length > 0) {
        new Thread(
                () -> {
                  System.out.println("a thread runs");
                  try {
                    System.in.read();
                  } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                  }
                  System.out.println("the thread ends");
                })
            .start();
      }
      System.out.println("main returns");
    }

    private BothKinds() {}
  }

  @Test
  void atTheEndOfMainDaemonsAreEndedFirstThenTheOthersWaitedFor() throws Exception {
    try (TestJvm jvm = TestJvm.of(BothKinds.class).start()) {
      assertThat(jvm.result().lines())
          .containsExactly("main returns", "the daemon is gone", "parent ends");
    }
  }

  /** What is looked for there is in the VM, not in the language. */
  @Test
  void atTheEndOfMainWithTheNewestJdkHere() throws Exception {
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    TestJvm.Builder program =
        TestJvm.of(BothKinds.class).home(jdk.get()).options("--enable-native-access=ALL-UNNAMED");
    try (TestJvm jvm = program.start()) {
      assertThat(jvm.result().lines())
          .containsExactly("main returns", "the daemon is gone", "parent ends");
    }
  }

  @Test
  void theEndOfMainIsWhenTheLastThreadHasEnded() throws Exception {
    try (TestJvm jvm = TestJvm.of(BothKinds.class, "thread").start()) {
      jvm.awaitOutput("a thread runs").awaitOutput("main returns");
      Thread.sleep(1000);
      assertThat(jvm.output()).doesNotContain("the daemon is gone");
      jvm.say("go\n");
      assertThat(jvm.result().lines())
          .endsWith("the thread ends", "the daemon is gone", "parent ends");
    }
  }

  /** Only a child that is no daemon. */
  static final class Waiting {
    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("parent ends")));
      ChildProcess child =
          ChildProcess.start(
              () -> {
                Thread.sleep(500);
                System.out.println("child ends");
              });
      CompletableFuture<Void> told =
          child.onExit().thenAccept(c -> System.out.println("told: " + c.exitCode().getAsInt()));
      System.out.println(told.isDone() ? "too early" : "main returns");
    }

    private Waiting() {}
  }

  @Test
  void aChildThatIsNoDaemonIsWaitedFor() throws Exception {
    try (TestJvm jvm = TestJvm.of(Waiting.class).start()) {
      assertThat(jvm.result().lines())
          .containsExactly("main returns", "child ends", "told: 0", "parent ends");
    }
  }

  /** A signal is not kept waiting by a child that is. */
  @Test
  void aParentThatWaitsCanBeTerminated() throws Exception {
    try (TestJvm jvm =
        TestJvm.of(Parent.class, "return", "no daemon", directory.resolve("r").toString())
            .start()) {
      jvm.awaitOutput("ready");
      List<ProcessHandle> below = jvm.rememberDescendants();
      jvm.say("go\n");
      Thread.sleep(500);
      assertThat(jvm.handle().isAlive()).isTrue();
      Processes.signal("TERM", jvm.handle().pid());
      assertThat(jvm.exitCode()).isEqualTo(143);
      assertThat(below).allMatch(Processes::isRunning);
      below.forEach(ProcessHandle::destroyForcibly);
      jvm.awaitEndOfDescendants();
    }
  }
}
