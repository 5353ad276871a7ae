package org.interlock.children;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes this JVM the process that orphans below it come to while a test runs, as process 1 is
 * otherwise: whoever escapes a guardian turns up here, and so does a zombie that nobody reaps.
 */
public final class Orphans implements BeforeEachCallback, AfterEachCallback {
  private static final int PR_SET_CHILD_SUBREAPER = 36;

  @Override
  public void beforeEach(ExtensionContext context) {
    adopt(true);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    adopt(false);
  }

  private static void adopt(boolean orphans) {
    Object[] arguments = {PR_SET_CHILD_SUBREAPER, orphans ? 1L : 0L, 0L, 0L, 0L};
    assertThat(Function.getFunction("c", "prctl").invokeInt(arguments)).isZero();
  }

  /**
   * Waits until no process is left below this one; nothing that the JDK started may run. Those that
   * have become this JVM's children are its to reap, once they have ended, and nobody else is.
   */
  public static void awaitNone() {
    Awaitility.await()
        .atMost(TestJvm.HANG_SECONDS, TimeUnit.SECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              reap();
              assertThat(below()).extracting(Orphans::describe).isEmpty();
            });
  }

  private static List<ProcessHandle> below() {
    return ProcessHandle.current().descendants().toList();
  }

  private static void reap() {
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      if (child.isAlive() && !Processes.isRunning(child)) {
        Function.getFunction("c", "waitpid").invokeInt(new Object[] {(int) child.pid(), null, 0});
      }
    }
  }

  private static String describe(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    } catch (IOException e) {
      return process + " (gone meanwhile)";
    }
  }
}
