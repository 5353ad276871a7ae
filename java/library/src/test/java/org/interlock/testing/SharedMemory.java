package org.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.interlock.Shared;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Names that no other test has, and a look at the end of each test that it left nothing in shared
 * memory. (Other tests may run on the machine: only what this JVM and its workers made counts.)
 */
public final class SharedMemory implements BeforeEachCallback, AfterEachCallback {
  private static final Path DIRECTORY = Path.of("/dev/shm");
  private static final String PREFIX = "interlock.";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int CREATOR_PID = 44; // offset in the header of an object

  private final Queue<String> names = new ConcurrentLinkedQueue<>();
  private Set<String> before = Set.of();

  /** A name; it is unlinked after the test. */
  public String name() {
    String name = "test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    names.add(name);
    return name;
  }

  /** File of an object. */
  public static Path file(String name) {
    return DIRECTORY.resolve(PREFIX + name);
  }

  /** Whether there is such a name. */
  public static boolean exists(String name) {
    return Files.exists(file(name));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Worker.forgetTheDead();
    before = Set.copyOf(ours());
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    names.forEach(Shared::unlink);
    if (context.getExecutionException().isEmpty()) {
      List<String> left = ours().stream().filter(name -> !before.contains(name)).toList();
      assertThat(left).as("left in " + DIRECTORY).isEmpty();
    }
  }

  /** Names of objects that this JVM or a worker of it made. */
  public static Set<String> ours() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .filter(file -> isOurs(creatorOf(file)))
          .map(file -> file.getFileName().toString().substring(PREFIX.length()))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOurs(int pid) {
    return pid == ProcessHandle.current().pid() || Worker.isWorker(pid);
  }

  private static int creatorOf(Path file) {
    byte[] start = new byte[CREATOR_PID + Integer.BYTES];
    try (var stream = new DataInputStream(Files.newInputStream(file))) {
      stream.readFully(start);
      return ByteBuffer.wrap(start).order(ByteOrder.nativeOrder()).getInt(CREATOR_PID);
    } catch (NoSuchFileException e) {
      return 0; // it went away
    } catch (IOException e) {
      return 0; // somebody else's, or not whole
    }
  }
}
