package org.interlock.children;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at processes. */
public final class Processes {
  private Processes() {}

  /**
   * Whether it runs: a zombie does not, and where nobody reaps orphans (process 1 of some
   * containers) it stays one.
   */
  public static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return process.isAlive(); // gone meanwhile, or no /proc here
    }
  }

  /** Sends a signal, as {@code kill} does. */
  public static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }
}
