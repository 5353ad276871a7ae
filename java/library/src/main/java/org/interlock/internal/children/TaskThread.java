package org.interlock.internal.children;

import java.io.IOException;
import org.interlock.Task;
import org.interlock.internal.Handoff;
import org.interlock.internal.TaskOutcome;

/** The thread of a child in which its task is read and run. */
final class TaskThread extends Thread {
  private final TaskReceiver.Received received;
  private volatile boolean failed;

  TaskThread(TaskReceiver.Received received) {
    super(received.message().identity().name());
    this.received = received;
    setDaemon(false);
    setContextClassLoader(ClassLoader.getSystemClassLoader());
  }

  /** Whether the task threw, or could not be read. Known when the thread has ended. */
  boolean hasFailed() {
    return failed;
  }

  @Override
  public void run() {
    try {
      read().run();
      TaskOutcome.setReturned();
    } catch (Throwable e) {
      failed = true;
      // Out of this thread as it is: so it goes to stderr, or to a handler that the task has set.
      TaskThread.<RuntimeException>throwUnchecked(e);
    }
  }

  private Task read() {
    Handoff.Receipt receipt = Handoff.receive(received.descriptors());
    try {
      return TaskBytes.read(received.message().task());
    } catch (IOException | ClassNotFoundException | LinkageError e) {
      throw new IllegalStateException(
          "the task of " + getName() + " cannot be read in this process: " + e, e);
    } finally {
      receipt.close();
    }
  }

  @SuppressWarnings("unchecked") // erased: nothing is cast
  private static <E extends Throwable> void throwUnchecked(Throwable e) throws E {
    throw (E) e;
  }
}
