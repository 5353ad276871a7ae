package org.interlock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the figures were measured on. */
public final class Machine {
  private Machine() {}

  public static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", field("/proc/cpuinfo", "model name"));
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", field("/proc/meminfo", "MemTotal"));
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("libc", firstLine("getconf", "GNU_LIBC_VERSION"));
    facts.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("Python", firstLine("python3", "--version"));
    facts.put("load before", loadAverage());
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    return facts;
  }

  /** Runnable processes, the mean of the last minute: more than a few tenths spoil the figures. */
  private static String loadAverage() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    } catch (IOException notLinux) {
      return "unknown";
    }
  }

  private static String field(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException notLinux) {
      return "unknown";
    }
  }

  private static String firstLine(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String line = process.inputReader().readLine();
      process.waitFor(5, TimeUnit.SECONDS);
      return line == null ? "unknown" : line;
    } catch (IOException notThere) {
      return "not there";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
