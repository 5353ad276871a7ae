package org.interlock.internal.children;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of a child needs to know about the JVM that starts it.
 *
 * @param home {@code java.home}
 * @param inputArguments options of the JVM, wherever they were given: on the command line, in
 *     files, in the environment
 * @param classPath {@code java.class.path}
 * @param mainModule the module whose main class the JVM was started with; null if that class came
 *     from the class path
 * @param module the module that Interlock is in; null if it is on the class path
 * @param directory the working directory
 */
record JvmFacts(
    Path home,
    List<String> inputArguments,
    String classPath,
    @Nullable String mainModule,
    @Nullable String module,
    Path directory) {

  /** Taken once: what java.management costs at its first use, 20 to 70 ms, is most of it. */
  private static final class This {
    static final JvmFacts JVM = read();
  }

  /** The facts about the running JVM. */
  static JvmFacts ofThisJvm() {
    return This.JVM;
  }

  private static JvmFacts read() {
    return new JvmFacts(
        Path.of(System.getProperty("java.home")),
        List.copyOf(ManagementFactory.getRuntimeMXBean().getInputArguments()),
        System.getProperty("java.class.path", ""),
        System.getProperty("jdk.module.main"),
        JvmFacts.class.getModule().getName(),
        Path.of("").toAbsolutePath());
  }
}
