package org.interlock.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.interlock.testing.Worker;

/** The program of {@code native/test/posix_peer.c}, which knows nothing of Interlock. */
final class Peer implements AutoCloseable {
  private static final long HANG_SECONDS = 60;
  private static final String BLOCKS = "blocks";

  private final Worker process;

  private Peer(Process process) {
    this.process = Worker.running(process);
  }

  /**
   * Starts it. CMake, called by Maven, has built it; tests run in the directory of their module.
   */
  static Peer start() {
    try {
      return new Peer(new ProcessBuilder(Path.of("target/native/posix-peer").toString()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says a line, and waits for the answer. */
  String ask(String line) {
    String answer = process.ask(line);
    return answer.equals(BLOCKS) ? process.line() : answer;
  }

  /** Says a line, and returns when it sleeps in what the line wants; {@link #answer} follows. */
  void block(String line) {
    assertThat(process.ask(line)).isEqualTo(BLOCKS);
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .until(() -> state() == 'S');
    assertThat(process.hasSaid()).isFalse();
  }

  /** Field 3 of proc(5): behind the name in parentheses. */
  private char state() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  /** Waits for the answer of what blocked. */
  String answer() {
    return process.line();
  }

  /** SIGKILL; returns when it is gone. */
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
