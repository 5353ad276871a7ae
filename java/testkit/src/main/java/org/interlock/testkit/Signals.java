package org.interlock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Sends signals, by the commands of the system. */
final class Signals {
  private static final long HANG_SECONDS = 60;

  private Signals() {}

  /** By its name: CONT. */
  static void send(String name, long pid) {
    output("kill", "-" + name, Long.toString(pid));
  }

  /** SIGSTOP; returns when each thread has stopped, which kill(1) does not wait for. */
  static void stop(long pid) {
    send("STOP", pid);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
    while (!isStopped(pid)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the worker " + pid + " does not stop");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static boolean isStopped(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads.allMatch(Signals::isThreadStopped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isThreadStopped(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      // The name of a thread stands before its state and may hold anything, also parentheses.
      return stat.startsWith(") T ", stat.lastIndexOf(')'));
    } catch (IOException e) {
      if (Files.notExists(thread)) {
        return true; // it has ended since
      }
      throw new UncheckedIOException(e);
    }
  }

  /** The stacks of a JVM, as far as they can be had. */
  static String stacks(long pid) {
    return output(
        Path.of(System.getProperty("java.home"), "bin", "jstack").toString(), Long.toString(pid));
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
