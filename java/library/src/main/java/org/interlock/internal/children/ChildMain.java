package org.interlock.internal.children;

import java.nio.file.Path;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;

/**
 * What a child JVM runs: receives its task and runs it in a thread of its own. (Locks that a thread
 * holds are freed when the thread ends; the one that runs main ends with the JVM only.) No JNA, and
 * neither lambdas nor string formats: each of those costs a starting JVM tens of milliseconds.
 */
public final class ChildMain {
  /** Exit code when the parent ended before it had sent the task. */
  static final int EXIT_PARENT_GONE = 70;

  /** As the third argument: the task will come, some time. */
  static final String WAITING = "waiting";

  private ChildMain() {}

  /**
   * Started by {@link Start} and {@link Spares} only.
   *
   * @param arguments the name of the child, for {@code ps} and {@code jps}; the native library that
   *     its parent loaded, if it is to use that; and whether to wait
   */
  public static void main(String[] arguments) {
    if (arguments.length > 1 && !arguments[1].isEmpty()) {
      Natives.loadedByParent(Path.of(arguments[1]));
    }
    int watching = HotCalls.lifelineWatch();
    if (watching != Status.OK) {
      throw new IllegalStateException(
          "the end of the guardian cannot be watched: " + HotCalls.statusErrnoName(watching));
    }
    if (arguments.length > 2 && arguments[2].equals(WAITING)) {
      WarmUp.run();
    }
    TaskThread thread = new TaskThread(receive());
    thread.start();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.interrupted(); // somebody found this thread; it has nothing to stop
      }
    }
    if (thread.hasFailed()) {
      endWithExitCode1();
    }
  }

  private static TaskReceiver.Received receive() {
    TaskReceiver.Received received;
    try {
      received = TaskReceiver.receive();
    } catch (TaskReceiver.Incomplete e) {
      if (Status.code(e.status()) == Status.NOT_FOUND) {
        Runtime.getRuntime().halt(EXIT_PARENT_GONE);
      }
      throw new IllegalStateException(
          "the task did not arrive: "
              + HotCalls.statusText(e.status())
              + " "
              + HotCalls.statusCall(e.status())
              + " "
              + HotCalls.statusErrnoName(e.status()));
    }
    TaskMessage message = received.message();
    Identity.become(message.identity());
    if (!message.argumentFile().isEmpty()) {
      ArgumentFile.delete(Path.of(message.argumentFile()));
    }
    return received;
  }

  /**
   * What the java launcher does when main throws: exit code 1, once the other non-daemon threads
   * have ended. The stack trace is on stderr already.
   */
  private static void endWithExitCode1() {
    Thread.currentThread().setUncaughtExceptionHandler(new Silence());
    throw new TaskFailed();
  }

  private static final class Silence implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable e) {}
  }

  private static final class TaskFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TaskFailed() {
      super(null, null, false, false);
    }
  }
}
