package org.interlock.internal.selfcheck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the jar of JNA that came with the jar of Interlock. */
final class JnaJar {
  private static final Path IN_A_REPOSITORY = Path.of("net", "java", "dev", "jna", "jna-jpms");

  /** Of {@code org/interlock/interlock/0.1.0/interlock-0.1.0.jar}. */
  private static final int DEPTH_IN_A_REPOSITORY = 5;

  private JnaJar() {}

  /** Beside that jar, or in the Maven repository that it lies in; the newest. */
  static Optional<Path> near(Path jar) {
    return newestIn(jar.resolveSibling(""), 1).or(() -> inRepositoryOf(jar));
  }

  private static Optional<Path> inRepositoryOf(Path jar) {
    Path root = jar.toAbsolutePath();
    for (int i = 0; i < DEPTH_IN_A_REPOSITORY && root != null; i++) {
      root = root.getParent();
    }
    return root == null ? Optional.empty() : newestIn(root.resolve(IN_A_REPOSITORY), 2);
  }

  private static Optional<Path> newestIn(Path directory, int depth) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.find(directory, depth, (file, facts) -> isJna(file))) {
      return files.max(Path::compareTo);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isJna(Path file) {
    return file.getFileName().toString().matches("jna(-jpms)?-[0-9.]+\\.jar");
  }

  /** What is told if there is none. */
  static String missing(@Nullable Path jar) {
    return "JNA is missing: Interlock needs net.java.dev.jna:jna-jpms, and there is none beside "
        + jar
        + ". Put it there, or name both:\n  java -cp interlock.jar:jna-jpms.jar "
        + Main.class.getName();
  }
}
