package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.interlock.children.Leftovers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The life of a child, seen by its parent. */
@ExtendWith(Leftovers.class)
class ChildProcessTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;

  /** A task that writes what it finds, and then does not end. */
  private static Task writeAndStay(String file, String text) {
    return () -> {
      Files.writeString(Path.of(file), text);
      Thread.sleep(Long.MAX_VALUE);
    };
  }

  private ChildProcess startedAndStaying(boolean daemon) {
    Path file = directory.resolve("started-" + System.nanoTime());
    ChildProcess child =
        ChildProcess.builder(writeAndStay(file.toString(), "x")).daemon(daemon).start();
    await().atMost(LONG).until(() -> Files.exists(file));
    return child;
  }

  private static OptionalInt exitCodeOf(ChildProcess child) throws InterruptedException {
    child.join();
    return child.exitCode();
  }

  @Test
  void aTaskThatReturnsEndsWithZero() throws Exception {
    Path file = directory.resolve("said");
    String name = file.toString();
    ChildProcess child =
        ChildProcess.start(
            () ->
                Files.writeString(
                    Path.of(name), ChildProcess.currentName() + ProcessHandle.current().pid()));
    assertThat(child.pid()).isPositive().isNotEqualTo(ProcessHandle.current().pid());
    assertThat(exitCodeOf(child)).hasValue(0);
    assertThat(Files.readString(file)).isEqualTo(child.name() + child.pid());
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aTaskThatThrowsEndsWithOneAndItsTraceIsOnStderr() throws Exception {
    Path error = directory.resolve("error");
    ChildProcess child =
        ChildProcess.builder(
                () -> {
                  throw new java.io.IOException("burnt");
                })
            .name("cook")
            .redirectError(error)
            .start();
    assertThat(exitCodeOf(child)).hasValue(1);
    assertThat(Files.readString(error))
        .contains("Exception in thread \"cook\" java.io.IOException: burnt")
        .contains("ChildProcessTest")
        .containsOnlyOnce("Exception in thread");
  }

  @Test
  void otherThreadsOfATaskAreWaitedFor() throws Exception {
    Path file = directory.resolve("late");
    String name = file.toString();
    ChildProcess child =
        ChildProcess.builder(
                () -> {
                  new Thread(
                          () -> {
                            try {
                              Thread.sleep(300);
                              Files.writeString(Path.of(name), "late");
                            } catch (Exception e) {
                              throw new IllegalStateException(e);
                            }
                          })
                      .start();
                  throw new IllegalStateException("gone early");
                })
            .redirectError(directory.resolve("error"))
            .start();
    assertThat(exitCodeOf(child)).hasValue(1);
    assertThat(file).exists();
  }

  @Test
  void exitGivesTheExitCode() throws Exception {
    assertThat(exitCodeOf(ChildProcess.start(() -> System.exit(7)))).hasValue(7);
    assertThat(exitCodeOf(ChildProcess.start(() -> System.exit(255)))).hasValue(255);
    assertThat(exitCodeOf(ChildProcess.start(() -> Runtime.getRuntime().halt(143))))
        .as("143 of its own will")
        .hasValue(143);
  }

  @Test
  void terminateIsTheSignal15ThoughAJvmEndsWith143() throws Exception {
    for (boolean daemon : new boolean[] {false, true}) {
      ChildProcess child = startedAndStaying(daemon);
      child.terminate();
      assertThat(exitCodeOf(child)).hasValue(-15);
    }
  }

  /** A JVM meets SIGTERM with errors of its own as long as it starts: see Child.terminate. */
  @Test
  void terminateAtAnyMomentOfTheStart() throws Exception {
    Random random = new Random();
    for (int least = 0; least < 250; least += 50) {
      int millis = least + random.nextInt(50);
      Path error = directory.resolve("error " + millis);
      ChildProcess child =
          ChildProcess.builder(() -> Thread.sleep(Long.MAX_VALUE)).redirectError(error).start();
      Thread.sleep(millis);
      child.terminate();
      assertThat(exitCodeOf(child)).as("after " + millis + " ms").hasValue(-15);
      assertThat(error).isEmptyFile();
    }
  }

  @Test
  void aSignalOfSomebodyElseIsTheJvmsOwnBusiness() throws Exception {
    ChildProcess child = startedAndStaying(false);
    assertThat(child.toHandle().destroy()).isTrue();
    assertThat(exitCodeOf(child)).hasValue(143);
  }

  @Test
  void killIsTheSignal9() throws Exception {
    for (boolean daemon : new boolean[] {false, true}) {
      ChildProcess child = startedAndStaying(daemon);
      assertThat(child.isAlive()).isTrue();
      assertThat(child.exitCode()).isEmpty();
      child.kill();
      assertThat(exitCodeOf(child)).hasValue(-9);
      child.kill();
      child.terminate();
      assertThat(child.exitCode()).as("nothing happens afterwards").hasValue(-9);
    }
  }

  @Test
  void aStoppedChildCanBeKilled() throws Exception {
    ChildProcess child = startedAndStaying(true);
    new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();
    child.kill();
    assertThat(exitCodeOf(child)).hasValue(-9);
  }

  @Test
  void joinWaitsAsLongAsItIsTold() throws Exception {
    ChildProcess child = startedAndStaying(true);
    long start = System.nanoTime();
    assertThat(child.join(200, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000L);
    assertThat(child.join(0, TimeUnit.SECONDS)).isFalse();
    assertThat(child.join(-1, TimeUnit.DAYS)).isFalse();
    assertThat(child.join(Duration.ofMillis(10))).isFalse();
    assertThat(child.join(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
    child.kill();
    assertThat(child.join(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    assertThat(child.join(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
    assertThat(child.join(0, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void joinCanBeInterrupted() throws Exception {
    ChildProcess child = startedAndStaying(true);
    Thread.currentThread().interrupt();
    assertThatThrownBy(child::join).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread joiner =
        new Thread(
            () -> {
              try {
                child.join();
                thrown.complete(null);
              } catch (Throwable e) {
                thrown.complete(e);
              }
            });
    joiner.start();
    await().atMost(LONG).until(() -> joiner.getState() == Thread.State.WAITING);
    joiner.interrupt();
    assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(child.isAlive()).isTrue();
    child.kill();
    child.join();
  }

  @Test
  void startKeepsTheInterruptStatus() throws Exception {
    Thread.currentThread().interrupt();
    ChildProcess child = ChildProcess.start(() -> {});
    assertThat(Thread.interrupted()).isTrue();
    assertThat(exitCodeOf(child)).hasValue(0);
  }

  @Test
  void onExitTellsInAThreadOfItsOwn() throws Exception {
    ChildProcess child = startedAndStaying(true);
    CompletableFuture<ChildProcess> exit = child.onExit();
    CompletableFuture<String> thread = exit.thenApply(c -> deep(1000) + c.exitCode());
    CompletableFuture<ChildProcess> mine = child.onExit();
    assertThat(mine.cancel(false)).isTrue();
    assertThat(exit).isNotDone();
    child.kill();
    assertThat(exit.get(60, TimeUnit.SECONDS)).isSameAs(child);
    assertThat(thread.get(60, TimeUnit.SECONDS)).isEqualTo("deep" + OptionalInt.of(-9));
    assertThat(child.onExit().get(60, TimeUnit.SECONDS)).isSameAs(child);
  }

  private static String deep(int depth) {
    return depth == 0 ? "deep" : deep(depth - 1);
  }

  @Test
  void activeAreThoseThatAreAlive() throws Exception {
    ChildProcess first = startedAndStaying(true);
    ChildProcess second = startedAndStaying(false);
    assertThat(ChildProcess.active()).containsExactly(first, second);
    first.kill();
    first.join();
    assertThat(ChildProcess.active()).containsExactly(second);
    second.kill();
    second.join();
    assertThat(ChildProcess.active()).isEmpty();
  }

  @Test
  void handleIsThatOfTheProgram() throws Exception {
    ChildProcess child = startedAndStaying(true);
    assertThat(child.toHandle().pid()).isEqualTo(child.pid());
    assertThat(child.toHandle().isAlive()).isTrue();
    assertThat(child.toHandle().info().command().orElse("")).endsWith("java");
    child.kill();
    child.join();
    assertThat(child.toHandle().isAlive()).isFalse();
    assertThat(child.toHandle().onExit().get(60, TimeUnit.SECONDS).pid()).isEqualTo(child.pid());
  }

  @Test
  void isNotEndedWhenMerelyTheThreadEndsThatStartedIt() throws Exception {
    CompletableFuture<ChildProcess> started = new CompletableFuture<>();
    Thread starter = new Thread(() -> started.complete(startedAndStaying(true)));
    starter.start();
    starter.join();
    ChildProcess child = started.join();
    Thread.sleep(500);
    assertThat(child.isAlive()).isTrue();
    assertThat(child.toHandle().isAlive()).isTrue();
    child.kill();
    child.join();
  }

  @Test
  void namesCountTheChildren() throws Exception {
    ChildProcess first = ChildProcess.start(() -> {});
    ChildProcess named = ChildProcess.builder(() -> {}).name("a name").start();
    ChildProcess third = ChildProcess.command("true").start();
    int number = Integer.parseInt(first.name().substring("Process-".length()));
    assertThat(named.name()).isEqualTo("a name");
    assertThat(third.name()).isEqualTo("Process-" + (number + 2));
    first.join();
    named.join();
    third.join();
    assertThat(first)
        .hasToString("ChildProcess[" + first.name() + ", pid " + first.pid() + ", ended with 0]");
  }

  @Test
  void aChildKnowsItsNameItsParentAndWhetherItIsADaemon() throws Exception {
    Path file = directory.resolve("who");
    String name = file.toString();
    ChildProcess child =
        ChildProcess.builder(
                () -> {
                  ChildProcess below = ChildProcess.start(() -> {});
                  below.join();
                  Files.writeString(
                      Path.of(name),
                      ChildProcess.currentName()
                          + " "
                          + ChildProcess.currentIsDaemon()
                          + " "
                          + ChildProcess.parentPid()
                          + " "
                          + below.name()
                          + " "
                          + Thread.currentThread().getName());
                })
            .start();
    assertThat(exitCodeOf(child)).hasValue(0);
    assertThat(Files.readString(file))
        .isEqualTo(
            "%s false OptionalLong[%d] %s:1 %s",
            child.name(), ProcessHandle.current().pid(), child.name(), child.name());
    assertThat(ChildProcess.currentName()).isEqualTo("main");
    assertThat(ChildProcess.currentIsDaemon()).isFalse();
    assertThat(ChildProcess.parentPid()).isEmpty();
  }

  @Test
  void aDaemonMayNotHaveChildren() throws Exception {
    Path file = directory.resolve("refused");
    String name = file.toString();
    ChildProcess child =
        ChildProcess.startDaemon(
            () -> {
              try {
                ChildProcess.start(() -> {});
              } catch (IllegalStateException e) {
                Files.writeString(
                    Path.of(name),
                    ChildProcess.currentIsDaemon()
                        + " "
                        + ChildProcess.parentPid()
                        + e.getMessage());
              }
            });
    assertThat(exitCodeOf(child)).hasValue(0);
    assertThat(child.isDaemon()).isTrue();
    assertThat(Files.readString(file))
        .isEqualTo(
            "true OptionalLong[%d]daemonic processes are not allowed to have children",
            ProcessHandle.current().pid());
  }

  @Test
  void aBuilderCanStartSeveral() throws Exception {
    ChildProcess.Builder builder = ChildProcess.builder(() -> {}).daemon(true);
    ChildProcess first = builder.start();
    ChildProcess second = builder.daemon(false).start();
    assertThat(first.isDaemon()).isTrue();
    assertThat(second.isDaemon()).isFalse();
    assertThat(second.name()).isNotEqualTo(first.name());
    assertThat(exitCodeOf(first)).hasValue(0);
    assertThat(exitCodeOf(second)).hasValue(0);
  }

  @Test
  void aLargeTaskArrives() throws Exception {
    byte[] ballast = new byte[20 << 20];
    ballast[ballast.length - 1] = 42;
    ChildProcess child =
        ChildProcess.start(
            () -> System.exit(ballast.length == 20 << 20 ? ballast[ballast.length - 1] : 1));
    assertThat(exitCodeOf(child)).hasValue(42);
  }

  @Test
  void aChildThatDiesBeforeItReadsALargeTaskIsNoErrorOfStart() throws Exception {
    byte[] ballast = new byte[20 << 20];
    ChildProcess child =
        ChildProcess.builder(() -> System.exit(ballast[0]))
            .jvmOptions("-XX:NoSuchOptionOfAnyJvm")
            .redirectError(directory.resolve("error"))
            .redirectOutput(directory.resolve("output"))
            .start();
    assertThat(exitCodeOf(child)).hasValue(1);
  }
}
