package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.interlock.children.Processes;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a program with a spare does, time and again: all in one, which ends when all was done. */
class SpareChildrenOfOneProgramTest {
  private static TestJvm parent;

  @BeforeAll
  static void start() throws Exception {
    parent = SpareChildrenTest.parentWithSpare();
  }

  @AfterAll
  static void endWithNothingLeft() throws Exception {
    try (TestJvm ending = parent) {
      SpareChildrenTest.awaitSpare(ending);
      ending.endInput();
      assertThat(ending.exitCode()).isZero();
      ending.awaitEndOfDescendants();
    }
  }

  @Test
  void theThirdChildRunsInOneAndAnotherTakesItsPlace() throws Exception {
    long first = SpareChildrenTest.runInSpare(parent, "run", "a");
    long second = SpareChildrenTest.runInSpare(parent, "run", "b");
    assertThat(second).isNotEqualTo(first);
    assertThat(parent.output()).contains("a0 ended with 0", "b0 ended with 0");
  }

  @Test
  void aBuilderWithOptionsOfItsOwnDoesNotUseIt() throws Exception {
    long spare = SpareChildrenTest.awaitSpare(parent);
    assertThat(SpareChildrenTest.run(parent, "optioned", "own")).isNotEqualTo(spare);
    assertThat(SpareChildrenTest.spares(parent)).containsExactly(spare);
  }

  @Test
  void itsEndIsToldAsThatOfAnyChild() throws Exception {
    SpareChildrenTest.runInSpare(parent, "run", "returns");
    long spare = SpareChildrenTest.awaitSpare(parent);
    parent.say("throw thrower\n");
    parent.awaitOutput("thrower ended with 1");
    assertThat(parent.output()).contains("IllegalStateException: by thrower");
    Awaitility.await()
        .atMost(SpareChildrenTest.HANG_SECONDS, TimeUnit.SECONDS)
        .until(() -> ProcessHandle.of(spare).isEmpty());
    long terminated = SpareChildrenTest.runInSpare(parent, "terminate", "terminated");
    assertThat(parent.output()).contains("terminated0 ran in " + terminated);
    parent.awaitOutput("ended with -15");
  }

  @Test
  void ifSomebodyKilledItTheChildStartsAllTheSame() throws Exception {
    for (int i = 0; i < 3; i++) {
      long spare = SpareChildrenTest.awaitSpare(parent);
      Processes.signal("KILL", spare);
      // One that is killed after it was given its task is a child that was killed.
      Awaitility.await()
          .atMost(SpareChildrenTest.HANG_SECONDS, TimeUnit.SECONDS)
          .until(() -> ProcessHandle.of(spare).isEmpty());
      assertThat(SpareChildrenTest.run(parent, "run", "after-" + i + "-")).isNotEqualTo(spare);
      assertThat(parent.output()).contains("after-" + i + "- ended with 0");
    }
  }
}
