package org.interlock.internal.selfcheck;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Natives;
import org.interlock.internal.ObjectInfo;
import org.jspecify.annotations.Nullable;

/** What a report of a failure should tell: which Interlock, JVM and system these are. */
final class PlatformFacts {
  private static final long MIB = 1 << 20;

  private PlatformFacts() {}

  /** Those that are known before anything native is loaded. */
  static void printOfJava(PrintStream out) {
    line(out, "Interlock", version() + ", " + placeOf(PlatformFacts.class));
    line(
        out,
        "Java",
        property("java.runtime.version")
            + ", "
            + property("java.vm.name")
            + ", "
            + property("java.home"));
    line(
        out,
        "system",
        property("os.name")
            + " "
            + property("os.version")
            + ", "
            + property("os.arch")
            + ", processors: "
            + Runtime.getRuntime().availableProcessors());
  }

  /** The others. */
  static void printOfSystem(PrintStream out) {
    line(out, "library", Natives.library().toString());
    line(out, "launcher", Natives.launcher().toString());
    line(out, "objects", ObjectInfo.ofThisProcess().maker());
    line(out, "shared memory", sharedMemory());
  }

  private static void line(PrintStream out, String name, String fact) {
    out.printf("  %-16s%s%n", name, fact);
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  private static String version() {
    String name = "/META-INF/maven/org.interlock/interlock/pom.properties";
    try (InputStream stream = PlatformFacts.class.getResourceAsStream(name)) {
      Properties properties = new Properties();
      if (stream != null) {
        properties.load(stream);
      }
      return properties.getProperty("version", "(no release)");
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Jar or directory that a class was loaded from. */
  static @Nullable Path placeOf(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : Path.of(source.getLocation().getPath());
  }

  private static String sharedMemory() {
    try {
      FileStore store = Files.getFileStore(Natives.sharedMemory());
      return Natives.sharedMemory()
          + ", "
          + store.type()
          + ", "
          + store.getTotalSpace() / MIB
          + " MiB, free: "
          + store.getUsableSpace() / MIB
          + " MiB; a queue of default size may use "
          + ColdCalls.il_queue_default_bytes() / MIB
          + " MiB";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
