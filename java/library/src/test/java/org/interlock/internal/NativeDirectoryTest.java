package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.interlock.ProcessLong;
import org.interlock.internal.NativeFiles.Unpacked;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where native files are unpacked to, and what is not trusted. */
class NativeDirectoryTest {
  private final Properties properties = new Properties();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path root;
  private NativeFiles files;

  @BeforeEach
  void setUp() throws IOException {
    files = NativeFiles.read(NativePlatform.current());
    properties.setProperty("user.home", Files.createDirectory(root.resolve("home")).toString());
    properties.setProperty("user.name", "some body/x");
    properties.setProperty("java.io.tmpdir", Files.createDirectory(root.resolve("tmp")).toString());
  }

  private Unpacked choose() throws IOException {
    return NativeDirectory.choose(properties, environment, files.key(), files::unpackInto);
  }

  private Path cached(String first, String... more) {
    return root.resolve(Path.of(first, more)).resolve(files.key()).resolve("libinterlock.so");
  }

  private static void assertIsPrivate(Path directory) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void theUsersCache() throws IOException {
    Unpacked unpacked = choose();
    assertThat(unpacked.library()).isEqualTo(cached("home", ".cache", "interlock"));
    assertThat(unpacked.launcher()).isExecutable();
    assertIsPrivate(unpacked.library().getParent());
    assertIsPrivate(unpacked.library().getParent().getParent());
    try (Stream<Path> all = Files.list(unpacked.library().getParent())) {
      assertThat(all).hasSize(2);
    }
  }

  @Test
  void theEnvironmentsCache() throws IOException {
    environment.put("XDG_CACHE_HOME", root.resolve("xdg").toString());
    assertThat(choose().library()).isEqualTo(cached("xdg", "interlock"));
    environment.put("XDG_CACHE_HOME", "relative");
    assertThat(choose().library()).isEqualTo(cached("home", ".cache", "interlock"));
  }

  @Test
  void theSecondTimeNothingIsWritten() throws IOException {
    Path library = choose().library();
    Object first = Files.getAttribute(library, "unix:ino");
    assertThat(Files.getAttribute(choose().library(), "unix:ino")).isEqualTo(first);
  }

  @Test
  void aTruncatedFileIsReplaced() throws IOException {
    Unpacked unpacked = choose();
    byte[] whole = Files.readAllBytes(unpacked.library());
    Files.write(unpacked.library(), java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.write(unpacked.launcher(), new byte[0]);
    choose();
    assertThat(Files.readAllBytes(unpacked.library())).isEqualTo(whole);
    assertThat(Files.size(unpacked.launcher())).isPositive();
  }

  @Test
  void anAlteredFileIsReplaced() throws IOException {
    Path library = choose().library();
    byte[] whole = Files.readAllBytes(library);
    byte[] altered = whole.clone();
    altered[whole.length / 3] ^= 1;
    Files.write(library, altered);
    choose();
    assertThat(Files.readAllBytes(library)).isEqualTo(whole);
  }

  @Test
  void aLauncherThatMayNotRunIsReplaced() throws IOException {
    Unpacked unpacked = choose();
    Files.setPosixFilePermissions(
        unpacked.launcher(), PosixFilePermissions.fromString("rw-------"));
    assertThat(choose().launcher()).isExecutable();
  }

  @Test
  void withoutHomeTheSystemsTemporaryDirectory() throws IOException {
    for (String home : new String[] {"?", "", "/nonexistent", "relative"}) {
      properties.setProperty("user.home", home);
      assertThat(choose().library()).isEqualTo(cached("tmp", "interlock-some body_x"));
      assertIsPrivate(root.resolve("tmp").resolve("interlock-some body_x"));
    }
  }

  @Test
  void aHomeThatCanNotBeWritten() throws IOException {
    Files.createFile(root.resolve("home").resolve(".cache"));
    assertThat(choose().library()).isEqualTo(cached("tmp", "interlock-some body_x"));
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
    Path cache = Files.createDirectory(root.resolve("home").resolve(".cache"));
    Files.createSymbolicLink(cache.resolve("interlock"), elsewhere);
    assertThat(choose().library()).isEqualTo(cached("tmp", "interlock-some body_x"));
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatOthersMayWriteIsNotUsed() throws IOException {
    Path own = choose().library().getParent().getParent();
    for (String permissions : new String[] {"rwxrwx---", "rwx----w-"}) {
      Files.setPosixFilePermissions(own, PosixFilePermissions.fromString(permissions));
      assertThat(choose().library()).isEqualTo(cached("tmp", "interlock-some body_x"));
    }
  }

  @Test
  void anotherUsersDirectoryIsNotUsed() throws IOException {
    Path own = choose().library().getParent();
    assumeTrue(Files.getAttribute(own, "unix:uid").equals(0), "needs root, to give it away");
    Files.setAttribute(own, "unix:uid", 65534);
    assertThat(choose().library()).isEqualTo(cached("tmp", "interlock-some body_x"));
    Path second = choose().library().getParent().getParent();
    Files.setAttribute(second, "unix:uid", 65534);
    assertThatThrownBy(this::choose)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(own + " belongs to user 65534, not to user 0")
        .hasMessageContaining(second + " belongs to user 65534")
        .hasMessageContaining("interlock.native.dir");
  }

  @Test
  void thePropertyIsUsedAsItIs() throws IOException {
    Path wanted = root.resolve("wanted");
    properties.setProperty("interlock.native.dir", wanted.toString());
    assertThat(choose().library()).isEqualTo(wanted.resolve("libinterlock.so"));
    Files.setPosixFilePermissions(wanted, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(choose().launcher()).isEqualTo(wanted.resolve("interlock-launcher"));
  }

  @Test
  void aPropertyThatCanNotBeUsedIsNamed() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    properties.setProperty("interlock.native.dir", file.resolve("below").toString());
    assertThatThrownBy(this::choose)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("interlock.native.dir=" + file);
  }

  @Test
  void anotherFileForAnotherClassLoader() throws IOException {
    Path first = choose().library();
    for (int round = 0; round < 2; round++) {
      for (int number = 2; number < 5; number++) {
        Path other = files.another(first, number);
        assertThat(other.getFileName()).hasToString("libinterlock." + number + ".so");
        assertThat(Files.readAllBytes(other)).isEqualTo(Files.readAllBytes(first));
      }
      Files.write(first.resolveSibling("libinterlock.3.so"), new byte[] {1});
    }
    try (Stream<Path> all = Files.list(first.getParent())) {
      assertThat(all).hasSize(5);
    }
  }

  /** Says what comes of using the library. */
  static final class Load implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) {
      for (int i = 0; i < 2; i++) {
        try (ProcessLong number = ProcessLong.create(i)) {
          out.println(number.get());
        } catch (UnsatisfiedLinkError e) {
          out.println(e.getMessage());
        }
      }
      out.println("end");
    }
  }

  @Test
  void aDirectoryMountedNoexecIsAnErrorThatNamesTheProperty() throws IOException {
    assumeTrue(
        Files.getAttribute(root, "unix:uid").equals(0), "needs root, to mount a file system");
    try (Worker worker =
        Worker.of(Load.class)
            .options("-Dinterlock.native.dir=" + root)
            .under(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs " + root + " && exec \"$0\" \"$@\"")
            .start()) {
      for (int i = 0; i < 2; i++) {
        assertThat(worker.line())
            .contains(root.toString())
            .contains("noexec")
            .contains("-Dinterlock.native.dir");
      }
      assertThat(worker.line()).isEqualTo("end");
    }
  }

  @Test
  void nothingElseNeedsADirectoryFromWhichProgramsMayRun() throws IOException {
    assumeTrue(
        Files.getAttribute(root, "unix:uid").equals(0), "needs root, to mount a file system");
    Path noexec = root.resolve("tmp");
    try (Worker worker =
        Worker.of(Load.class)
            .options(
                "-Dinterlock.native.dir=" + root.resolve("own"),
                "-Djava.io.tmpdir=" + noexec,
                "-Duser.home=" + noexec)
            .under(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs " + noexec + " && exec \"$0\" \"$@\"")
            .start()) {
      assertThat(worker.line()).isEqualTo("0");
    }
  }

  @Test
  void theLibraryIsLoadedFromTheProperty() {
    try (Worker worker =
        Worker.of(Load.class).options("-Dinterlock.native.dir=" + root.resolve("own")).start()) {
      assertThat(worker.line()).isEqualTo("0");
      assertThat(root.resolve("own").resolve("libinterlock.so")).exists();
    }
  }
}
