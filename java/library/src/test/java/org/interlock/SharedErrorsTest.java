package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.interlock.testing.Actor;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user is told when the system does not give what an object needs. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class SharedErrorsTest {
  private static final String NOBODY = "65534";
  private static final String[] SMALL_SHARED_MEMORY = {
    "unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /dev/shm && exec \"$0\" \"$@\""
  };

  @RegisterExtension final SharedMemory names = new SharedMemory();

  /** Opens numbers until it fails; then closes them, and tries again. */
  static final class Exhaust implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) {
      List<ProcessLong> numbers = new ArrayList<>();
      try {
        while (true) {
          numbers.add(ProcessLong.create(1));
        }
      } catch (PosixException e) {
        out.println(numbers.size());
        out.println(e.errnoName() + " " + e.call() + " " + (e.errno() > 0));
        out.println(e.getMessage());
      }
      numbers.forEach(number -> out.println(number.get() == 1));
      numbers.forEach(ProcessLong::close);
      try (ProcessLong again = ProcessLong.create(5)) {
        out.println("again " + again.get());
      }
    }
  }

  /** Tries to open a name. */
  static final class Open implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) {
      out.println(attempt(() -> ProcessLong.open(arguments.get(0), 1)));
      out.println(attempt(() -> ProcessLong.find(arguments.get(0))));
      out.println(attempt(() -> Shared.unlink(arguments.get(0))));
      out.println(attempt(() -> ProcessLong.create(1)));
    }

    private static String attempt(java.util.concurrent.Callable<?> use) {
      try {
        return "done " + use.call();
      } catch (PosixException e) {
        return e.errnoName() + " " + e.getMessage();
      } catch (Exception e) {
        return e.toString();
      }
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static Path placeOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** Whether the last one is lacking, with which a class could be loaded, or only the second. */
  @ParameterizedTest
  @ValueSource(ints = {150, 151, 152})
  void outOfDescriptors(int limit) {
    String limited = "ulimit -n " + limit + "; exec \"$0\" \"$@\"";
    try (Worker worker = Worker.of(Exhaust.class).under("sh", "-c", limited).start()) {
      int opened = Integer.parseInt(worker.line());
      assertThat(opened).isBetween(20, limit);
      assertThat(worker.line()).isIn("EMFILE shm_open true", "EMFILE open true");
      assertThat(worker.line()).contains("ProcessLong").contains("ulimit -n");
      for (int i = 0; i < opened; i++) {
        assertThat(worker.line()).isEqualTo("true");
      }
      assertThat(worker.line()).isEqualTo("again 5");
      assertThat(worker.exitCode()).isZero();
    }
  }

  @Test
  void aFullFileSystem() throws IOException {
    assumeTrue(isRoot(), "needs root, to mount a small /dev/shm");
    try (Worker worker = Worker.of(Exhaust.class).under(SMALL_SHARED_MEMORY).start()) {
      int opened = Integer.parseInt(worker.line());
      assertThat(opened).isBetween(4, 16);
      assertThat(worker.line()).isEqualTo("ENOSPC posix_fallocate true");
      assertThat(worker.line())
          .contains("ProcessLong")
          .contains("8192 bytes were needed")
          .contains("/dev/shm (65536 bytes, ");
      for (int i = 0; i < opened; i++) {
        assertThat(worker.line()).isEqualTo("true");
      }
      assertThat(worker.line()).isEqualTo("again 5");
    }
  }

  /** Opens and closes more locks than fit, each used by two threads. */
  static final class Churn implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      try (Actor other = new Actor()) {
        for (int i = 0; i < 100; i++) {
          try (ProcessLock lock = ProcessLock.create()) {
            lock.lock();
            lock.unlock();
            other.run(lock::lock);
            other.run(lock::unlock);
          }
        }
      }
      out.println("done");
    }
  }

  @Test
  void closedObjectsGiveTheirMemoryBack() throws IOException {
    assumeTrue(isRoot(), "needs root, to mount a small /dev/shm");
    try (Worker worker = Worker.of(Churn.class).under(SMALL_SHARED_MEMORY).start()) {
      assertThat(worker.line()).isEqualTo("done");
    }
  }

  @Test
  void noSharedMemoryAtAll() throws IOException {
    assumeTrue(isRoot(), "needs root, to hide /dev/shm");
    String hide =
        "d=$(mktemp -d) && mount -t tmpfs tmpfs $d && for f in null zero random urandom; do touch"
            + " $d/$f; mount --bind /dev/$f $d/$f; done && mount --rbind $d /dev && exec \"$0\""
            + " \"$@\"";
    try (Worker worker =
        Worker.of(Open.class, "any").under("unshare", "-m", "sh", "-c", hide).start()) {
      assertThat(worker.line()).startsWith("ENOENT ").contains("there is no /dev/shm");
      assertThat(worker.line()).isEqualTo("done Optional.empty");
      assertThat(worker.line()).isEqualTo("done false");
      assertThat(worker.line()).startsWith("ENOENT ").contains("there is no /dev/shm");
    }
  }

  @Test
  void anotherUsersName(@TempDir Path home) throws Exception {
    assumeTrue(isRoot(), "needs root, to become another user");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    String classPath = copies(home, Shared.class, getClass(), com.sun.jna.Native.class);
    String name = names.name();
    try (ProcessLong number = ProcessLong.open(name, 1);
        Worker worker =
            Worker.of(Open.class, name)
                .options("-Djava.io.tmpdir=" + home, "-Duser.home=/nonexistent", "-cp", classPath)
                .under("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")
                .start()) {
      for (int i = 0; i < 3; i++) {
        assertThat(worker.line()).contains(name).contains("belongs to another user");
      }
      assertThat(worker.line()).startsWith("done ProcessLong[~");
      assertThat(worker.exitCode()).isZero();
      assertThat(number.get()).isEqualTo(1);
    }
  }

  /** Class path elements where any user can read them. */
  private static String copies(Path directory, Class<?>... types) throws Exception {
    List<String> copies = new ArrayList<>();
    for (Class<?> type : types) {
      Path element = placeOf(type);
      Path copy = directory.resolve(copies.size() + "-" + element.getFileName());
      int code =
          new ProcessBuilder("cp", "-rL", element.toString(), copy.toString())
              .inheritIO()
              .start()
              .waitFor();
      assertThat(code).isZero();
      copies.add(copy.toString());
    }
    int code =
        new ProcessBuilder("chmod", "-R", "a+rX", directory.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
    return String.join(":", copies);
  }

  @Test
  void aNameThatRootGaveAway() throws Exception {
    assumeTrue(isRoot(), "needs root, to give a file away");
    String name = names.name();
    ProcessLong.open(name, 1).close();
    Files.setAttribute(SharedMemory.file(name), "unix:uid", Integer.valueOf(NOBODY));
    assertThatThrownBy(() -> ProcessLong.open(name, 1))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("belongs to another user");
    Files.setAttribute(SharedMemory.file(name), "unix:uid", 0);
  }

  @Test
  void anotherPidNamespace() throws IOException {
    assumeTrue(isRoot(), "needs root, to make a pid namespace");
    String name = names.name();
    try (ProcessLong number = ProcessLong.open(name, 1);
        Worker worker =
            Worker.of(Open.class, name)
                .under("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
                .start()) {
      for (int i = 0; i < 2; i++) {
        assertThat(worker.line())
            .contains("IncompatibleObjectException")
            .contains(name)
            .contains(" by process " + ProcessHandle.current().pid() + ", and this process has ")
            .containsPattern("pid namespace [0-9]+ .* pid namespace [0-9]+");
      }
      assertThat(number.get()).isEqualTo(1);
    }
  }

  @Test
  void aFileThatIsNoObject() throws Exception {
    String name = names.name();
    for (int size : new int[] {1, 100, 8192, 100_000}) {
      byte[] garbage = new byte[size];
      new Random(size).nextBytes(garbage);
      Files.write(SharedMemory.file(name), garbage);
      assertThatThrownBy(() -> ProcessLong.open(name, 1))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("ProcessLong[" + name + "]")
          .hasMessageContaining("unlink");
      assertThat(Shared.unlink(name)).isTrue();
      try (ProcessLong number = ProcessLong.open(name, 7)) {
        assertThat(number.get()).isEqualTo(7);
      }
      assertThat(Shared.unlink(name)).isTrue();
    }
  }

  @Test
  void aTruncatedFile() throws Exception {
    String name = names.name();
    ProcessLong.open(name, 1).close();
    for (int size : new int[] {8191, 4096, 1024, 100}) {
      truncate(name, size);
      assertThatThrownBy(() -> ProcessLong.open(name, 1))
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  private static void truncate(String name, int size) throws IOException {
    try (var channel = FileChannel.open(SharedMemory.file(name), StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void damagedFilesNeverKillAProcess() throws Exception {
    Random random = new Random(20240229);
    try (Worker worker = Worker.start(ObjectWorker.class)) {
      assertThat(worker.line()).isEqualTo("ready");
      for (int round = 0; round < 60; round++) {
        String name = names.name();
        ProcessLock.open(name).close();
        damage(name, random);
        String seed = "round " + round;
        assertThat(worker.ask("t open " + name)).as(seed).isNotEmpty();
        assertThat(worker.ask("t try " + name)).as(seed).isNotEmpty();
        assertThat(worker.ask("t unlock " + name)).as(seed).isNotEmpty();
        assertThat(worker.ask("t close " + name)).as(seed).isNotEmpty();
        assertThat(worker.isAlive()).isTrue();
      }
    }
  }

  /** In the header or in the slots; garbage in the list words of a mutex is beyond any promise. */
  private static void damage(String name, Random random) throws IOException {
    byte[] garbage = new byte[1 + random.nextInt(16)];
    random.nextBytes(garbage);
    int offset = random.nextBoolean() ? random.nextInt(500) : 4096 + random.nextInt(4000);
    try (var channel = FileChannel.open(SharedMemory.file(name), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(garbage), offset);
    }
  }
}
