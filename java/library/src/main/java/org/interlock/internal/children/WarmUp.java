package org.interlock.internal.children;

import org.interlock.Task;
import org.interlock.internal.Handoff;

/**
 * Walks the path from a task's arrival to its first line once, with a task of its own, while a
 * spare JVM has nothing else to do: what costs time there is what a JVM does for the first time.
 */
final class WarmUp {
  private WarmUp() {}

  static void run() {
    Task nothing = () -> {};
    byte[] bytes = new TaskMessage(Identity.current(), "", TaskBytes.write(nothing)).toBody();
    TaskMessage.Header header = TaskMessage.Header.of(bytes, 0);
    TaskMessage.Header.fromBytes(header.toBytes()).check(bytes);
    Handoff.Receipt receipt = Handoff.receive(new int[0]);
    try {
      TaskBytes.read(TaskMessage.fromBody(bytes).task()).run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      receipt.close();
    }
  }
}
