package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.interlock.ChildProcess;
import org.interlock.ProcessLong;
import org.interlock.children.Leftovers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which file of the native library a child loads. */
@ExtendWith(Leftovers.class)
class ChildLibraryTest {
  @TempDir Path directory;

  private static int exitCodeOf(ChildProcess child) throws Exception {
    child.join();
    return child.exitCode().orElseThrow();
  }

  @Test
  void itsParentsAndUnpacksNone() throws Exception {
    try (ProcessLong number = ProcessLong.create(0)) {
      ChildProcess child =
          ChildProcess.builder(() -> number.addAndGet(1))
              .environment(Map.of("XDG_CACHE_HOME", directory.toString()))
              .start();
      assertThat(exitCodeOf(child)).isZero();
      assertThat(number.get()).isEqualTo(1);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void ofTheDirectoryThatItsOptionsName() throws Exception {
    Path named = directory.resolve("named");
    try (ProcessLong number = ProcessLong.create(0)) {
      ChildProcess child =
          ChildProcess.builder(() -> number.addAndGet(1))
              .jvmOptions("-Dinterlock.native.dir=" + named)
              .start();
      assertThat(exitCodeOf(child)).isZero();
      assertThat(number.get()).isEqualTo(1);
      try (var files = Files.list(named)) {
        assertThat(files).hasSize(2);
      }
    }
  }
}
