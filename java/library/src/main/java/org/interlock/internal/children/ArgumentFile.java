package org.interlock.internal.children;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options in a file that the java launcher reads ({@code @file}), for command lines that are longer
 * than the system takes: Linux limits one argument to 128 KiB, all together to some 2 MiB.
 *
 * <p>A command line that fits is passed as it is, for then there is no file that anybody could find
 * or leave behind. The child deletes its file when it has started, its parent when it has ended;
 * what remains because both were killed in between is deleted by a later program that needs such a
 * file.
 */
final class ArgumentFile {
  /** Bytes; half of what Linux takes. */
  static final int LONGEST_ARGUMENT = 64 << 10;

  /** Bytes, the environment not counted; half of what macOS takes. */
  static final int LONGEST_LINE = 512 << 10;

  private static final String PREFIX = "interlock-arguments-";
  private static final Duration STALE = Duration.ofHours(1);

  private ArgumentFile() {}

  /** Whether some argument, or all of them together, are too long to be passed as they are. */
  static boolean isNeededFor(List<String> arguments) {
    long sum = 0;
    for (String argument : arguments) {
      int length = argument.getBytes(StandardCharsets.UTF_8).length + 1;
      if (length > LONGEST_ARGUMENT) {
        return true;
      }
      sum += length + Long.BYTES;
    }
    return sum > LONGEST_LINE;
  }

  /** Writes the file, readable by this user only. */
  static Path write(List<String> arguments) throws IOException {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    deleteStale(directory);
    Path file =
        Files.createTempFile(
            directory,
            PREFIX,
            ".args",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(file, quoted(arguments), launcherCharset());
      return file;
    } catch (IOException | RuntimeException e) {
      delete(file);
      throw e;
    }
  }

  /** The launcher hands bytes to the JVM, which reads them as it reads a command line. */
  private static Charset launcherCharset() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
  }

  /**
   * One argument per line, each in quotes: then only a backslash, a quote and line ends are
   * special.
   */
  static String quoted(List<String> arguments) {
    StringBuilder text = new StringBuilder();
    for (String argument : arguments) {
      text.append('"');
      for (int i = 0; i < argument.length(); i++) {
        char c = argument.charAt(i);
        switch (c) {
          case '\\', '"' -> text.append('\\').append(c);
          case '\n' -> text.append("\\n");
          case '\r' -> text.append("\\r");
          case '\f' -> text.append("\\f");
          default -> text.append(c);
        }
      }
      text.append("\"\n");
    }
    return text.toString();
  }

  /** Deletes a file that {@link #write} made; null and a file that is gone already are fine. */
  static void delete(@Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is found to be stale later.
    }
  }

  private static void deleteStale(Path directory) {
    FileTime limit = FileTime.from(Instant.now().minus(STALE));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*.args")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).compareTo(limit) < 0) {
          delete(file); // not possible if it is another user's
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Cleaning up is not what the caller came for.
    }
  }
}
