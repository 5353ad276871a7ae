package org.interlock.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.interlock.PosixException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Names that no other test has; unlinked after the test, whatever they mean. */
final class PosixNames implements AfterEachCallback {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Queue<String> names = new ConcurrentLinkedQueue<>();

  /** With its slash. */
  String name() {
    String name = "/test-posix-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    names.add(name);
    return name;
  }

  /** File of a memory. */
  static Path memory(String name) {
    return Path.of("/dev/shm" + name);
  }

  /** File of a semaphore. */
  static Path semaphore(String name) {
    return Path.of("/dev/shm/sem." + name.substring(1));
  }

  /** Whether this process has mapped the memory. */
  static boolean isMapped(String name) throws IOException {
    return Files.readString(Path.of("/proc/self/maps")).contains("/dev/shm" + name);
  }

  /** "EEXIST of shm_open"; empty if nothing was thrown. The message says as much. */
  static String errorOf(ThrowingCallable code) {
    Throwable thrown = catchThrowable(code);
    if (thrown == null) {
      return "";
    }
    assertThat(thrown).isInstanceOf(PosixException.class);
    PosixException e = (PosixException) thrown;
    assertThat(e.errno()).isPositive();
    assertThat(e).hasMessageContaining(e.call() + " failed with " + e.errnoName());
    return e.errnoName() + " of " + e.call();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    for (String name : names) {
      Files.deleteIfExists(memory(name));
      Files.deleteIfExists(semaphore(name));
    }
  }
}
