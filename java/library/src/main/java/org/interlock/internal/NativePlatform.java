package org.interlock.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A system that Interlock has a native library for.
 *
 * @param prefix directory of its files in the jar: JNA's name of the system, and {@code -musl}
 *     after it where that is the C library
 * @param libraryName file name of the library
 * @param libraryPath where this system keeps its libraries
 * @param sharedMemory where it keeps shared memory that can run full
 */
record NativePlatform(String prefix, String libraryName, String libraryPath, Path sharedMemory) {
  /** File name of the program that starts children. */
  static final String LAUNCHER = "interlock-launcher";

  private static final String MUSL = "-musl";

  private static final List<Path> MUSL_LOADERS =
      List.of(Path.of("/lib/ld-musl-x86_64.so.1"), Path.of("/lib/ld-musl-aarch64.so.1"));

  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "x86-64", "x86_64", "x86-64", "aarch64", "aarch64", "arm64", "aarch64");

  private static final Map<String, String> SYSTEMS =
      Map.of("linux", "linux", "mac os x", "darwin", "darwin", "darwin");

  private static final List<NativePlatform> SUPPORTED =
      List.of(
          linux("linux-x86-64", glibcPath("x86_64")),
          linux("linux-aarch64", glibcPath("aarch64")),
          linux("linux-x86-64" + MUSL, "/lib:/usr/local/lib:/usr/lib"),
          linux("linux-aarch64" + MUSL, "/lib:/usr/local/lib:/usr/lib"),
          darwin("darwin-x86-64"),
          darwin("darwin-aarch64"));

  private static NativePlatform linux(String prefix, String libraryPath) {
    return new NativePlatform(prefix, "libinterlock.so", libraryPath, Path.of("/dev/shm"));
  }

  private static String glibcPath(String machine) {
    String triplet = machine + "-linux-gnu";
    return "/usr/lib/" + triplet + ":/lib/" + triplet + ":/usr/lib64:/lib64:/usr/lib:/lib";
  }

  /** macOS has no file system of shared memory; what runs full is the disk behind its swap. */
  private static NativePlatform darwin(String prefix) {
    return new NativePlatform(
        prefix, "libinterlock.dylib", "/usr/local/lib:/usr/lib", Path.of("/"));
  }

  private static final class Holder {
    static final boolean MUSL = isThisLoadedByMusl();
  }

  /**
   * The platform that this JVM runs on.
   *
   * @throws UnsatisfiedLinkError naming the system, if there is no library for it
   */
  static NativePlatform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), Holder.MUSL);
  }

  /**
   * The platform of two system properties and a C library.
   *
   * @param musl whether the C library of this process is musl
   * @throws UnsatisfiedLinkError naming the system, if there is no library for it
   */
  static NativePlatform of(String osName, String osArch, boolean musl) {
    String system = osName.toLowerCase(Locale.ROOT);
    String architecture = ARCHITECTURES.getOrDefault(osArch.toLowerCase(Locale.ROOT), osArch);
    String prefix = SYSTEMS.getOrDefault(system, system) + "-" + architecture + (musl ? MUSL : "");
    for (NativePlatform platform : SUPPORTED) {
      if (platform.prefix.equals(prefix)) {
        return platform;
      }
    }
    throw new UnsatisfiedLinkError(
        "Interlock does not run on "
            + osName
            + " "
            + osArch
            + (musl ? " with musl" : "")
            + "; it has native libraries for: "
            + String.join(", ", SUPPORTED.stream().map(NativePlatform::prefix).toList()));
  }

  /**
   * Whether musl's loader is among what a process has mapped. That its file exists says nothing: a
   * system of glibc may have it for other programs. As musl installs itself, its loader is a link
   * to {@code libc.so}, and that is what is mapped; glibc's file of that name is a text.
   *
   * @param mapped lines of {@code /proc/PID/maps}
   */
  static boolean isLoadedByMusl(Stream<String> mapped) {
    return mapped.anyMatch(
        line -> {
          String file = line.substring(line.lastIndexOf('/') + 1);
          return line.indexOf('/') >= 0
              && (file.startsWith("ld-musl-")
                  || file.startsWith("libc.musl-")
                  || file.equals("libc.so"));
        });
  }

  private static boolean isThisLoadedByMusl() {
    // First whether it is there: to read what is mapped would cost each start of a child more.
    if (MUSL_LOADERS.stream().noneMatch(Files::exists)) {
      return false;
    }
    // One byte is one character, whatever the names of the files are.
    try (Stream<String> mapped =
        Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
      return isLoadedByMusl(mapped);
    } catch (IOException | UncheckedIOException e) {
      return true; // no /proc: then what is there is what loads
    }
  }
}
