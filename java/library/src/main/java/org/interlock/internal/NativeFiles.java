package org.interlock.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The native files of one platform: what the jar holds, and how it gets into a directory. A file is
 * written under another name and then renamed, so nobody ever loads half of one; and one that is
 * there is compared with the jar's before it is used, so a truncated one is replaced.
 */
final class NativeFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final NativePlatform platform;
  private final byte[] library;
  private final byte[] launcher;

  private NativeFiles(NativePlatform platform, byte[] library, byte[] launcher) {
    this.platform = platform;
    this.library = library;
    this.launcher = launcher;
  }

  /** Where the two files are. */
  record Unpacked(Path library, Path launcher) {}

  /** Reads the jar's. */
  static NativeFiles read(NativePlatform platform) throws IOException {
    return new NativeFiles(
        platform,
        resource(platform, platform.libraryName()),
        resource(platform, NativePlatform.LAUNCHER));
  }

  private static byte[] resource(NativePlatform platform, String file) throws IOException {
    String name = "/" + platform.prefix() + "/" + file;
    try (InputStream stream = NativeFiles.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new FileNotFoundException("the jar of Interlock has no " + name);
      }
      return stream.readAllBytes();
    }
  }

  /**
   * Names this content: other versions live in other directories. Not a safeguard, so a checksum
   * does, which costs a starting JVM nothing.
   */
  String key() {
    return String.format("%08x%08x", checksum(library), checksum(launcher));
  }

  private static long checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return crc.getValue();
  }

  /** Makes sure that both files are in the directory, which exists. */
  Unpacked unpackInto(Path directory) throws IOException {
    Path to = directory.resolve(platform.libraryName());
    if (!holds(to, library)) {
      write(to, library);
    }
    Path launcherTo = directory.resolve(NativePlatform.LAUNCHER);
    if (!holds(launcherTo, launcher) || !Files.isExecutable(launcherTo)) {
      write(launcherTo, launcher);
    }
    return new Unpacked(to, launcherTo);
  }

  /**
   * Another file of the same content beside the library: for a second class loader in one JVM, to
   * which JNI refuses a file that the first one loaded.
   *
   * @param number 2 for the second
   */
  Path another(Path first, int number) throws IOException {
    String name = platform.libraryName();
    int dot = name.lastIndexOf('.');
    Path copy = first.resolveSibling(name.substring(0, dot) + "." + number + name.substring(dot));
    if (!holds(copy, library)) {
      link(first, copy);
    }
    return copy;
  }

  /** A hard link where the file system has them: then both class loaders share one library. */
  private void link(Path first, Path copy) throws IOException {
    Path temporary = temporary(copy);
    try {
      Files.createLink(temporary, first);
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (UnsupportedOperationException | IOException e) {
      write(copy, library);
    } finally {
      // Renaming one link of a file to another does nothing, and leaves both.
      Files.deleteIfExists(temporary);
    }
  }

  private static boolean holds(Path file, byte[] content) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) != content.length) {
      return false;
    }
    return Arrays.equals(Files.readAllBytes(file), content);
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    try {
      try (var channel =
          Files.newByteChannel(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
        channel.write(ByteBuffer.wrap(content));
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("files can not be renamed in " + to.getParent(), e);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(to + " is in the way", e);
    }
  }

  /** Beside the file, and no other thread's: a name that the time and the process make unique. */
  private static Path temporary(Path file) {
    return file.resolveSibling(
        "." + file.getFileName() + "." + ProcessHandle.current().pid() + "." + System.nanoTime());
  }
}
