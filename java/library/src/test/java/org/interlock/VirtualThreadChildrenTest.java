package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.interlock.children.Jdks;
import org.interlock.children.Leftovers;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Starting and waiting in virtual threads, of which only one can run at a time. */
@ExtendWith(Leftovers.class)
class VirtualThreadChildrenTest {
  @TempDir Path directory;

  /** Twenty virtual threads wait for children that end only when one more has run. */
  static final class Program {
    private static final int THREADS = 20;

    public static void main(String[] arguments) throws Exception {
      String file = arguments[0];
      // Compiled for 17, which does not have it.
      var startVirtualThread = Thread.class.getMethod("startVirtualThread", Runnable.class);
      Thread[] threads = new Thread[THREADS];
      ChildProcess[] children = new ChildProcess[THREADS];
      for (int i = 0; i < THREADS; i++) {
        int index = i;
        Runnable waiter = () -> children[index] = startAndJoin(file, index % 2 == 0);
        threads[i] = (Thread) startVirtualThread.invoke(null, waiter);
      }
      while (ChildProcess.active().size() < THREADS) {
        Thread.sleep(5);
      }
      Runnable release = () -> create(file);
      ((Thread) startVirtualThread.invoke(null, release)).join();
      for (int i = 0; i < THREADS; i++) {
        threads[i].join();
        System.out.println("exit code " + children[i].exitCode().getAsInt());
      }
    }

    private static ChildProcess startAndJoin(String file, boolean daemon) {
      String script = "while ! [ -e '" + file + "' ]; do sleep 0.05; done";
      ChildProcess child = ChildProcess.command("sh", "-c", script).daemon(daemon).start();
      try {
        child.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return child;
    }

    private static void create(String file) {
      try {
        Files.createFile(Path.of(file));
      } catch (java.io.IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private Program() {}
  }

  @Test
  void startAndJoinDoNotBlockTheCarrier() throws Exception {
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    try (TestJvm jvm =
        TestJvm.of(Program.class, directory.resolve("go").toString())
            .home(jdk.get())
            .options(
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "--enable-native-access=ALL-UNNAMED")
            .start()) {
      assertThat(jvm.result().lines()).hasSize(Program.THREADS).allMatch("exit code 0"::equals);
    }
  }

  /** A task, from a virtual thread. */
  static final class TaskProgram {
    public static void main(String[] arguments) throws Exception {
      Runnable action =
          () -> {
            try {
              ChildProcess child =
                  ChildProcess.startDaemon(() -> System.out.println("the task runs"));
              child.join();
              System.out.println(child.exitCode());
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          };
      Thread thread =
          (Thread)
              Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, action);
      thread.join();
    }

    private TaskProgram() {}
  }

  @Test
  void aTask() throws Exception {
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    try (TestJvm jvm =
        TestJvm.of(TaskProgram.class)
            .home(jdk.get())
            .options(
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "--enable-native-access=ALL-UNNAMED")
            .start()) {
      assertThat(jvm.result().lines()).containsExactly("the task runs", "OptionalInt[0]");
    }
  }
}
