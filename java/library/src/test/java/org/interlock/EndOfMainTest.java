package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/** What becomes of the children when the last thread of a program has ended. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class EndOfMainTest {
  @TempDir Path directory;

  /** Main returns while children of both kinds run. */
  static final class BothKinds {
    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("parent ends")));
      long daemon = ChildProcess.startDaemon(DaemonParent::stay).pid();
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
        TestJvm.of(
                DaemonParent.class, "return", "no daemon", directory.resolve("r").toString(), "0")
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
