package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.interlock.children.Leftovers;
import org.interlock.children.Orphans;
import org.interlock.children.Processes;
import org.interlock.children.TestJvm;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A daemon child ends with its parent, in whatever way that ends and whatever the child is like: no
 * process is left, no zombie, no name.
 *
 * <p>With another parent, if it is asked to: {@code -Dinterlock.test.parent.options="-Da=b -Dc=d"}
 * are options of its JVM, {@code -Dinterlock.test.parent.children=3} is how many children it has
 * started before. With {@code -Dinterlock.test.all=true} also what only repeats in another
 * combination that each way to end is met by each kind of child.
 */
@ExtendWith({Leftovers.class, Orphans.class})
class DaemonChildrenTest {
  private static final String ALL = "interlock.test.all";
  private static final Duration HANG = Duration.ofSeconds(TestJvm.HANG_SECONDS);

  private static final List<String> PARENT_OPTIONS =
      Stream.of(System.getProperty("interlock.test.parent.options", "").split(" "))
          .filter(option -> !option.isEmpty())
          .toList();
  private static final int CHILDREN_BEFORE =
      Integer.getInteger("interlock.test.parent.children", 0);

  @TempDir Path directory;

  private TestJvm start(String how, String child) throws Exception {
    String ready = directory.resolve("ready").toString();
    Files.deleteIfExists(Path.of(ready));
    return TestJvm.of(DaemonParent.class, how, child, ready, "" + CHILDREN_BEFORE)
        .shortLived()
        .options("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + directory.resolve("hs_err"))
        .options(PARENT_OPTIONS.toArray(String[]::new))
        .start();
  }

  /** Who is there once the child has been started. */
  private static final class Family {
    final ProcessHandle parent;
    final ProcessHandle guardian;
    final ProcessHandle child;

    Family(TestJvm jvm) {
      jvm.awaitOutput("ready");
      parent = jvm.handle();
      child = ProcessHandle.of(Long.parseLong(said(jvm, "child ", " started"))).orElseThrow();
      guardian = child.parent().orElseThrow();
      assertThat(jvm.rememberDescendants()).contains(child);
      assertThat(child).matches(Processes::isRunning);
    }
  }

  private static String said(TestJvm jvm, String before, String after) {
    String output = jvm.awaitOutput(after).output();
    int start = output.indexOf(before) + before.length();
    return output.substring(start, output.indexOf(after, start));
  }

  private static void signal(String name, ProcessHandle... processes) throws Exception {
    for (ProcessHandle process : processes) {
      Processes.signal(name, process.pid());
    }
  }

  private static void stop(ProcessHandle process) throws Exception {
    signal("STOP", process);
    await()
        .atMost(HANG)
        .until(
            () -> Files.readString(Path.of("/proc/" + process.pid() + "/stat")).contains(") T "));
  }

  private static void nothingIsLeft(TestJvm parent) {
    Orphans.awaitNone();
    SharedMemory.awaitSwept(said(parent, "object ", " shared"));
  }

  private void endsWithItsParent(String how, String child, int exitCode) throws Exception {
    try (TestJvm parent = start(how, child)) {
      Family family = new Family(parent);
      if (child.equals("stopped")) {
        stop(family.child);
      }
      parent.say("go\n");
      if (how.startsWith("SIG")) {
        signal(how.substring(3), family.parent);
      }
      assertThat(parent.exitCode()).isEqualTo(exitCode);
      nothingIsLeft(parent);
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
  @CsvSource({"return, 0", "SIGKILL, 137"})
  void alsoRightAfterTheStart(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "early", exitCode);
  }

  @ParameterizedTest
  @CsvSource({"exit, 3", "SIGKILL, 137"})
  void alsoIfItIgnoresSigterm(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "stubborn", exitCode);
  }

  @ParameterizedTest
  @CsvSource({"exit, 3", "SIGKILL, 137"})
  void alsoIfItIsStopped(String how, int exitCode) throws Exception {
    endsWithItsParent(how, "stopped", exitCode);
  }

  /** Only where the guardian gets the orphans below it. */
  @Tag("linux")
  @ParameterizedTest
  @CsvSource({"return, with detached grandchild, 0", "SIGKILL, with orphaned grandchild, 137"})
  void withAllThatItHasStarted(String how, String child, int exitCode) throws Exception {
    endsWithItsParent(how, child, exitCode);
  }

  @EnabledIfSystemProperty(named = ALL, matches = "true")
  @Tag("linux")
  @ParameterizedTest
  @CsvSource({
    "halt, early, 4",
    "return, with orphaned grandchild, 0",
    "SIGKILL, with detached grandchild, 137"
  })
  void inOtherCombinations(String how, String child, int exitCode) throws Exception {
    endsWithItsParent(how, child, exitCode);
  }

  /** Whether it has not called start yet, is in it, or has returned from it. */
  @Test
  void alsoIfTheParentIsKilledAtAnyMomentOfTheStart() throws Exception {
    Random random = new Random();
    for (int i = 0; i < 4; i++) {
      try (TestJvm parent = start("SIGKILL", "early")) {
        parent.awaitOutput("shared");
        Thread.sleep(30 * i + random.nextInt(30));
        signal("KILL", parent.handle());
        assertThat(parent.exitCode()).isEqualTo(137);
        Orphans.awaitNone(); // a name may be left if there was no guardian yet
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"plain", "stubborn", "stopped"})
  void alsoIfItsGuardianIsKilled(String child) throws Exception {
    try (TestJvm parent = start("exit", child)) {
      Family family = new Family(parent);
      if (child.equals("stopped")) {
        stop(family.child);
      }
      signal("KILL", family.guardian);
      await().atMost(HANG).until(() -> !Processes.isRunning(family.child));
      assertThat(family.parent.isAlive()).isTrue();
      parent.say("go\n");
      assertThat(parent.exitCode()).isEqualTo(3);
      nothingIsLeft(parent);
    }
  }

  @ParameterizedTest
  @CsvSource({"plain, true", "early, false"})
  void alsoIfParentAndGuardianAreKilled(String child, boolean parentFirst) throws Exception {
    parentAndGuardianAreKilled(child, parentFirst);
  }

  @EnabledIfSystemProperty(named = ALL, matches = "true")
  @ParameterizedTest
  @CsvSource({"plain, false", "early, true"})
  void alsoIfTheyAreKilledTheOtherWayRound(String child, boolean parentFirst) throws Exception {
    parentAndGuardianAreKilled(child, parentFirst);
  }

  /** Only where the kernel kills it: it cannot watch its lifeline. */
  @Tag("linux")
  @Test
  void alsoIfParentAndGuardianAreKilledWhileItIsStopped() throws Exception {
    parentAndGuardianAreKilled("stopped", true);
  }

  private void parentAndGuardianAreKilled(String child, boolean parentFirst) throws Exception {
    try (TestJvm parent = start("SIGKILL", child)) {
      Family family = new Family(parent);
      if (child.equals("stopped")) {
        stop(family.child);
      }
      ProcessHandle first = parentFirst ? family.parent : family.guardian;
      ProcessHandle second = parentFirst ? family.guardian : family.parent;
      signal("KILL", first, second);
      assertThat(parent.exitCode()).isEqualTo(137);
      Orphans.awaitNone(); // a name may be left for the next program to sweep
    }
  }

  /** A guardian can do nothing while it is stopped, and what it missed when it goes on. */
  @ParameterizedTest
  @CsvSource({"plain", "stopped"})
  void alsoIfTheGuardianIsStoppedForAWhile(String child) throws Exception {
    guardianIsStoppedForAWhile(child);
  }

  /** Only where the guardian gets the orphans below it. */
  @Tag("linux")
  @Test
  void withAllThatItHasStartedIfTheGuardianIsStoppedForAWhile() throws Exception {
    guardianIsStoppedForAWhile("with detached grandchild");
  }

  private void guardianIsStoppedForAWhile(String child) throws Exception {
    try (TestJvm parent = start("SIGKILL", child)) {
      Family family = new Family(parent);
      stop(family.guardian);
      if (child.equals("stopped")) {
        stop(family.child);
      }
      signal("KILL", family.parent);
      assertThat(parent.exitCode()).isEqualTo(137);
      assertThat(family.child.isAlive()).isTrue();
      signal("CONT", family.guardian);
      nothingIsLeft(parent);
    }
  }

  /** That a child ends in the tests above is not what happens to any child. */
  @ParameterizedTest
  @CsvSource({"exit, 3", "SIGTERM, 143", "SIGKILL, 137"})
  void aChildThatIsNoDaemonStays(String how, int exitCode) throws Exception {
    try (TestJvm parent = start(how, "no daemon")) {
      Family family = new Family(parent);
      if (CHILDREN_BEFORE == 0) {
        assertThat(family.guardian).isEqualTo(family.parent); // there is none; a spare has one
      }
      parent.say("go\n");
      if (how.startsWith("SIG")) {
        signal(how.substring(3), family.parent);
      }
      assertThat(parent.exitCode()).isEqualTo(exitCode);
      Thread.sleep(1000);
      assertThat(family.child).matches(Processes::isRunning);
      family.child.destroyForcibly();
      Orphans.awaitNone();
    }
  }
}
