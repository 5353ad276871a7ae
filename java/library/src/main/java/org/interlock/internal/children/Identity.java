package org.interlock.internal.children;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who a process is among those that Interlock started.
 *
 * @param name "main" for a program that Interlock did not start
 * @param daemon whether it ends with its parent
 * @param parentPid 0 for a program that Interlock did not start
 * @param number counts the children of its parent, from 1; 0 for the first process
 * @param path its numbers from the first process down, such as "2" or "2:1"; empty for the first
 */
public record Identity(String name, boolean daemon, long parentPid, int number, String path) {
  private static final AtomicInteger CHILDREN = new AtomicInteger();

  private static volatile Identity current = new Identity("main", false, 0, 0, "");

  /** This process. */
  public static Identity current() {
    return current;
  }

  /** Called once, in a child, before its task is read. */
  static void become(Identity identity) {
    current = identity;
  }

  /** The identity of a new child of this process; each has a number, whether it is named or not. */
  public static Identity ofChild(String nameOrEmpty, boolean daemon) {
    Identity self = current;
    int number = CHILDREN.incrementAndGet();
    String path = self.path.isEmpty() ? Integer.toString(number) : self.path + ':' + number;
    String name = nameOrEmpty.isEmpty() ? "Process-" + path : nameOrEmpty;
    return new Identity(name, daemon, ProcessHandle.current().pid(), number, path);
  }

  /** The process that started this one, if that was by Interlock. */
  public OptionalLong parent() {
    return parentPid == 0 ? OptionalLong.empty() : OptionalLong.of(parentPid);
  }
}
