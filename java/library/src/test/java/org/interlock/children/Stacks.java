package org.interlock.children;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Stacks of JVMs that hang. */
public final class Stacks {
  private Stacks() {}

  /** Those of a JVM and of all JVMs below it. */
  public static String of(ProcessHandle jvm) {
    StringBuilder all = new StringBuilder(one(jvm));
    jvm.descendants().forEach(below -> all.append(one(below)));
    return all.toString();
  }

  private static String one(ProcessHandle jvm) {
    String header = "\n== stacks of " + jvm.pid() + " " + jvm.info().command().orElse("") + "\n";
    String jstack = Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
    try {
      Process process =
          new ProcessBuilder("timeout", "10", jstack, "-l", Long.toString(jvm.pid()))
              .redirectErrorStream(true)
              .start();
      return header + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return header + e;
    }
  }
}
