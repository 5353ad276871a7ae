package org.interlock.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where the native files are unpacked. Code is loaded from there, so a directory that is
 * shared with others by its place (everything but {@code interlock.native.dir}, which the user
 * answers for) must be a real directory of this user's own that nobody else may write.
 */
final class NativeDirectory {
  /** Names a directory to be used as it is. */
  static final String PROPERTY = "interlock.native.dir";

  private static final String OWN = "interlock";

  private NativeDirectory() {}

  /** Something that can be done with a directory, or fails. */
  interface Use {
    NativeFiles.Unpacked in(Path directory) throws IOException;
  }

  /**
   * Tries the directories in turn: the property's alone if it is set, else the user's cache, else
   * the system's directory for temporary files.
   *
   * @throws IOException telling each one's reason, if none will do
   */
  static NativeFiles.Unpacked choose(
      Properties properties, Map<String, String> environment, String key, Use use)
      throws IOException {
    String wanted = properties.getProperty(PROPERTY);
    if (wanted != null && !wanted.isEmpty()) {
      try {
        return use.in(Files.createDirectories(Path.of(wanted).toAbsolutePath()));
      } catch (IOException e) {
        throw new IOException(PROPERTY + "=" + wanted + " can not be used: " + reason(e), e);
      }
    }
    IOException failure = new IOException("there is no directory to unpack native files into");
    List<String> reasons = new ArrayList<>();
    for (Path candidate : candidates(properties, environment)) {
      try {
        return use.in(makePrivate(makePrivate(candidate).resolve(key)));
      } catch (IOException e) {
        reasons.add(candidate + ": " + reason(e));
        failure.addSuppressed(e);
      }
    }
    IOException told =
        new IOException(
            "native files can not be unpacked ("
                + String.join("; ", reasons)
                + "): name a directory that can be used with -D"
                + PROPERTY);
    told.addSuppressed(failure);
    throw told;
  }

  private static List<Path> candidates(Properties properties, Map<String, String> environment) {
    List<Path> candidates = new ArrayList<>();
    Path cache = cacheDirectory(properties, environment);
    if (cache != null) {
      candidates.add(cache.resolve(OWN));
    }
    String user = properties.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    candidates.add(Path.of(properties.getProperty("java.io.tmpdir", "/tmp"), OWN + "-" + user));
    return candidates;
  }

  private static @Nullable Path cacheDirectory(
      Properties properties, Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (Path.of(cache).isAbsolute()) {
      return Path.of(cache);
    }
    // JVMs without a home say "?" or "/nonexistent".
    Path home = Path.of(properties.getProperty("user.home", ""));
    return home.isAbsolute() && Files.isDirectory(home) ? home.resolve(".cache") : null;
  }

  private static Path makePrivate(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent, ownerOnly());
    }
    try {
      Files.createDirectory(directory, ownerOnly());
    } catch (FileAlreadyExistsException e) {
      // It is looked at like any other.
    }
    check(directory);
    return directory;
  }

  private static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  private static void check(Path directory) throws IOException {
    if (Files.isSymbolicLink(directory)) {
      throw new IOException(directory + " is a symbolic link");
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(directory.toString());
    }
    Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object self = ownUser(directory);
    if (!owner.equals(self)) {
      throw new IOException(directory + " belongs to user " + owner + ", not to user " + self);
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("others may write in " + directory);
    }
  }

  /** The JDK does not tell a process's user id; the owner of something that is ours does. */
  private static Object ownUser(Path directory) throws IOException {
    Path process = Path.of("/proc/self");
    if (Files.exists(process)) {
      return Files.getAttribute(process, "unix:uid");
    }
    Path probe = Files.createTempFile(directory, ".owner", null);
    try {
      return Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  /** What went wrong in a few words; the JDK's exceptions often say the file alone. */
  private static String reason(IOException e) {
    if (e.getClass() == IOException.class) {
      return String.valueOf(e.getMessage());
    }
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }
}
