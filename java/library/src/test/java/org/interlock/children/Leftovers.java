package org.interlock.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes sure that a test leaves nothing behind: no process below this one, not even a zombie, no
 * descriptor, no reaper thread, no file with arguments.
 */
public final class Leftovers implements BeforeEachCallback, AfterEachCallback {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  static {
    // The JDK keeps a socket from its first file channel on, to close others by.
    try {
      Files.newByteChannel(Path.of("/dev/null")).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Integer> descriptors = new TreeMap<>();
  private List<ProcessHandle> processes = List.of();
  private List<Path> files = List.of();

  @Override
  public void beforeEach(ExtensionContext context) {
    descriptors = descriptors();
    processes = ProcessHandle.current().descendants().toList();
    files = argumentFiles();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      ProcessHandle.current()
          .descendants()
          .filter(process -> !processes.contains(process))
          .forEach(ProcessHandle::destroyForcibly);
      return; // one failure is enough
    }
    soon("processes", this::noNewProcesses);
    soon("threads", Leftovers::noReapers);
    soon("files", this::noNewFiles);
    soon("descriptors", this::noNewDescriptors);
  }

  private static void soon(String what, ThrowingRunnable check) {
    await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(TestJvm.HANG_SECONDS))
        .untilAsserted(check);
  }

  private void noNewProcesses() {
    assertThat(ProcessHandle.current().descendants().filter(p -> !processes.contains(p)))
        .extracting(Leftovers::describe)
        .isEmpty();
  }

  private static void noReapers() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("interlock-reaper-"));
  }

  private void noNewFiles() {
    assertThat(argumentFiles()).isSubsetOf(files);
  }

  private void noNewDescriptors() {
    Map<String, Integer> now = descriptors();
    descriptors.forEach((what, count) -> now.merge(what, -count, Integer::sum));
    now.values().removeIf(count -> count <= 0);
    assertThat(now).as("new descriptors").isEmpty();
  }

  private static String describe(ProcessHandle process) {
    return process.pid() + " " + process.info().commandLine().orElse("(zombie?)");
  }

  /**
   * Those of the kinds that Interlock uses; a JVM opens jars and the like as it pleases. Sockets
   * and pidfds have numbers in their names, which are left out: the count tells.
   */
  static Map<String, Integer> descriptors() {
    Map<String, Integer> all = new TreeMap<>();
    try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
      entries.forEach(
          entry -> {
            String kind = kindOf(entry);
            if (!kind.isEmpty()) {
              all.merge(kind, 1, Integer::sum);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static String kindOf(Path entry) {
    String target;
    try {
      target = Files.readSymbolicLink(entry).toString();
    } catch (IOException e) {
      return ""; // the one that listed the directory
    }
    if (target.startsWith("/dev/shm") || target.startsWith("/dev/null")) {
      return target;
    }
    int bracket = target.indexOf('[');
    boolean system = target.startsWith("socket:") || target.startsWith("pipe:");
    if (system || target.startsWith("anon_inode:")) {
      return system && bracket > 0 ? target.substring(0, bracket) : target;
    }
    return "";
  }

  private static List<Path> argumentFiles() {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("interlock-arguments-"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
