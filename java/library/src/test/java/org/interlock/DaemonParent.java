package org.interlock;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The parent in {@link DaemonChildrenTest}: starts a child, says {@code ready} when the task runs,
 * and ends as it is told when it is told.
 *
 * <p>Arguments: how to end, kind of child, a file that the child makes, how many children to start
 * and to wait for before that one. Says the name of an object that both have, and the child's pid.
 */
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
final class DaemonParent {
  public static void main(String[] arguments) throws Exception {
    String how = arguments[0];
    String kind = arguments[1];
    String ready = arguments[2];
    for (int i = Integer.parseInt(arguments[3]); i > 0; i--) {
      ChildProcess.start(() -> {}).join();
    }
    ProcessLock shared = ProcessLock.create();
    System.out.println("object " + shared.name() + " shared");
    Task task = taskOf(kind, ready, shared);
    ChildProcess child = ChildProcess.builder(task).daemon(!kind.equals("no daemon")).start();
    System.out.println("child " + child.pid() + " started");
    while (!kind.equals("early") && !Files.exists(Path.of(ready))) {
      Thread.sleep(5);
    }
    System.out.println("ready");
    System.in.read();
    end(how);
  }

  private static Task taskOf(String kind, String ready, ProcessLock shared) {
    String sayReadyAndStay = "trap '' TERM HUP; : > \"" + ready + "\"; exec sleep 600";
    return switch (kind) {
      case "stubborn" ->
          () -> {
            Runtime.getRuntime().addShutdownHook(new Thread(DaemonParent::stay));
            shared.lock();
            Files.createFile(Path.of(ready));
            stay();
          };
      case "with detached grandchild" ->
          () -> {
            new ProcessBuilder("setsid", "sh", "-c", sayReadyAndStay).start();
            stay();
          };
      case "with orphaned grandchild" ->
          () -> { // it has lost the process between it and the child
            String start = "(setsid sh -c '" + sayReadyAndStay.replace("'", "'\\''") + "' &)";
            new ProcessBuilder("sh", "-c", start).start().waitFor();
            stay();
          };
      default ->
          () -> {
            shared.lock();
            Files.createFile(Path.of(ready));
            stay();
          };
    };
  }

  static void stay() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.interrupted();
      }
    }
  }

  private static void end(String how) {
    switch (how) {
      case "exit" -> System.exit(3);
      case "halt" -> Runtime.getRuntime().halt(4);
      case "throw" -> throw new IllegalStateException("the end");
      case "return" -> {}
      default -> stay(); // until a signal comes
    }
  }

  private DaemonParent() {}
}
