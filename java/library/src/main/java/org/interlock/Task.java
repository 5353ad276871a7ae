package org.interlock;

import java.io.Serializable;

/**
 * What a child process does.
 *
 * <p>A task is serialised in the process that starts the child and read in the child, so all that
 * it captures must be {@link Serializable}. Objects of Interlock arrive as the same objects;
 * everything else arrives as a copy, and static fields do not travel at all.
 *
 * <pre>{@code
 * ProcessQueue<String> orders = ProcessQueue.create(10);
 * ChildProcess cook = ChildProcess.startDaemon(() -> {
 *   while (true) {
 *     System.out.println("cooking " + orders.take());
 *   }
 * });
 * }</pre>
 */
@FunctionalInterface
public interface Task extends Serializable {
  /**
   * Runs in the child, in a thread of its own that has the name of the child.
   *
   * @throws Exception for any reason: its stack trace goes to the standard error of the child,
   *     which ends with exit code 1 once its other non-daemon threads have ended
   */
  void run() throws Exception;
}
