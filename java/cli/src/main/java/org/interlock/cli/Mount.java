package org.interlock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A line of {@code /proc/self/mounts}. */
record Mount(Path point, String type, List<String> options) {
  private static final int POINT = 1;
  private static final int TYPE = 2;
  private static final int OPTIONS = 3;

  /** What a path lies on; empty where there is no such table. */
  static Optional<Mount> of(Path path) {
    try {
      Path real = existing(path).toRealPath();
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> line.split(" ", -1))
          .filter(fields -> fields.length > OPTIONS)
          .map(
              fields ->
                  new Mount(
                      Path.of(fields[POINT].replace("\\040", " ")),
                      fields[TYPE],
                      Arrays.asList(fields[OPTIONS].split(",", -1))))
          .filter(mount -> real.startsWith(mount.point))
          // Of two at one point the later one covers the earlier one.
          .reduce(
              (one, other) ->
                  Comparator.comparing((Mount mount) -> mount.point.getNameCount())
                              .compare(one, other)
                          > 0
                      ? one
                      : other);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The path, or the nearest above it that is there. */
  private static Path existing(Path path) {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  boolean has(String option) {
    return options.contains(option);
  }
}
