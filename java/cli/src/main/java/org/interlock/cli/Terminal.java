package org.interlock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the terminal does by itself. */
final class Terminal {
  /** Fields of {@code /proc/PID/stat} after the name of the program, see proc(5). */
  private static final int PROCESS_GROUP = 2;

  private static final int FOREGROUND_GROUP = 5;

  private Terminal() {}

  /**
   * Whether Ctrl-C reaches a child as well as this process, since both are in the group in front of
   * the terminal: passed on, it would come twice, and many a program takes the second for "at
   * once".
   */
  static boolean sendsSignalsToAll() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
    } catch (IOException e) {
      return false; // no /proc
    }
  }

  /** Clears the screen, if there is one. */
  static String clearing() {
    try {
      // Not System.console(), which newer JDKs give to whoever asks.
      Path output = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
      return output.startsWith("/dev/pts") || output.toString().startsWith("/dev/tty")
          ? "\033[H\033[2J"
          : "";
    } catch (IOException e) {
      return ""; // no /proc
    }
  }
}
