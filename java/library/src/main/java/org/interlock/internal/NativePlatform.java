package org.interlock.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A system that Interlock has a native library for.
 *
 * @param prefix directory of its files in the jar, as JNA names it
 * @param libraryName file name of the library
 * @param libraryPath where this system keeps its libraries
 * @param sharedMemory where it keeps shared memory
 */
record NativePlatform(String prefix, String libraryName, String libraryPath, Path sharedMemory) {
  /** File name of the program that starts children. */
  static final String LAUNCHER = "interlock-launcher";

  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "x86-64", "x86_64", "x86-64");

  private static final List<NativePlatform> SUPPORTED =
      List.of(
          new NativePlatform(
              "linux-x86-64",
              "libinterlock.so",
              "/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu:/usr/lib64:/lib64:/usr/lib:/lib",
              Path.of("/dev/shm")));

  /** The platform that this JVM runs on. */
  static NativePlatform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /**
   * The platform of these two system properties.
   *
   * @throws UnsatisfiedLinkError naming the system, if there is no library for it
   */
  static NativePlatform of(String osName, String osArch) {
    String architecture = ARCHITECTURES.getOrDefault(osArch.toLowerCase(Locale.ROOT), osArch);
    String prefix = osName.toLowerCase(Locale.ROOT) + "-" + architecture;
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
            + "; it has native libraries for: "
            + String.join(", ", SUPPORTED.stream().map(NativePlatform::prefix).toList()));
  }
}
