package org.interlock.cli;

import static org.interlock.cli.Finding.ok;
import static org.interlock.cli.Finding.problem;
import static org.interlock.cli.Finding.warning;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Natives;
import org.interlock.internal.ObjectInfo;
import org.interlock.internal.look.Bystander;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.Sight;
import org.interlock.internal.look.Sighting;
import org.interlock.internal.look.Space;

/** What the doctor looks at, one thing after the other; each may be missing. */
final class Examination {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final long MEBIBYTE = 1L << 20;
  private static final long SMALL = 64 * MEBIBYTE; // what containers give if nobody asks for more
  private static final long FEW_FILES = 1024;
  private static final int MOST_NAMES = 5;

  private final List<Finding> findings = new ArrayList<>();

  static List<Finding> all() {
    Examination examination = new Examination();
    examination.sharedMemory();
    examination.directories();
    if (examination.library()) {
      examination.leftovers();
    }
    examination.limits();
    examination.tracing();
    return examination.findings;
  }

  private void sharedMemory() {
    if (!Files.isDirectory(SHARED_MEMORY)) {
      findings.add(
          problem(
              "/dev/shm", "is not there", "mount it: mount -t tmpfs -o mode=1777 tmpfs /dev/shm"));
      return;
    }
    try {
      FileStore store = Files.getFileStore(SHARED_MEMORY);
      boolean readOnly = Mount.of(SHARED_MEMORY).map(mount -> mount.has("ro")).orElse(false);
      if (readOnly || !Files.isWritable(SHARED_MEMORY)) {
        findings.add(
            problem(
                "/dev/shm",
                readOnly ? "is read-only" : "may not be written by this user",
                readOnly
                    ? "mount it for writing; in a container: --tmpfs /dev/shm, or --ipc=host"
                    : "chmod 1777 /dev/shm"));
        return;
      }
      size(store.getTotalSpace(), store.getUsableSpace());
    } catch (IOException e) {
      findings.add(problem("/dev/shm", "cannot be looked at: " + e.getMessage(), "see its rights"));
    }
  }

  private void size(long total, long free) {
    String fact = Times.bytes(total) + ", " + Times.bytes(free) + " free";
    if (free < total / 10 || free < MEBIBYTE) {
      findings.add(
          warning(
              "/dev/shm",
              fact,
              "nearly full: `interlock ls` shows what is large, `interlock sweep` removes what is left"));
    } else if (total <= SMALL) {
      findings.add(
          warning(
              "/dev/shm",
              fact,
              "small for queues; in a container: --shm-size=1g; else mount -o remount,size=1g"
                  + " /dev/shm"));
    } else {
      findings.add(ok("/dev/shm", fact));
    }
  }

  /** Where the native library and the launcher may be unpacked, in that order. */
  private void directories() {
    String given = System.getProperty("interlock.native.dir");
    if (given != null) {
      executable("native dir", Path.of(given), true);
      return;
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home = Path.of(System.getProperty("user.home"), ".cache");
    boolean usable = executable("cache", cache == null ? home : Path.of(cache), false);
    executable("temporary", Path.of(System.getProperty("java.io.tmpdir")), !usable);
  }

  private boolean executable(String subject, Path directory, boolean needed) {
    boolean noexec = Mount.of(directory).map(mount -> mount.has("noexec")).orElse(false);
    if (!noexec) {
      findings.add(ok(subject, directory.toString()));
      return true;
    }
    String fact = directory + " is on a file system mounted noexec";
    String advice = "name another directory: -Dinterlock.native.dir=DIR (JAVA_TOOL_OPTIONS)";
    findings.add(
        needed
            ? problem(subject, fact, advice)
            : warning(subject, fact, advice + ", unless the next one will do"));
    return false;
  }

  private boolean library() {
    try {
      Natives.require();
      findings.add(
          ok(
              "system",
              HotCalls.systemDescription()
                  + ", Java "
                  + Runtime.version().feature()
                  + ", "
                  + System.getProperty("os.arch")));
      findings.add(ok("library", Natives.library().toString()));
    } catch (LinkageError e) {
      findings.add(problem("library", String.valueOf(e.getMessage()), "see the directories above"));
      return false;
    }
    Path launcher = Natives.launcher();
    findings.add(
        Files.isExecutable(launcher)
            ? ok("launcher", launcher.toString())
            : problem(
                "launcher",
                launcher + " cannot be executed",
                "no child will start: name another directory with -Dinterlock.native.dir"));
    return true;
  }

  private void leftovers() {
    List<String> unused = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    List<String> strange = new ArrayList<>();
    for (Sighting seen : Bystander.list()) {
      Optional<ObjectView> view = Bystander.look(seen.space(), seen.name());
      if (view.isEmpty() || seen.space() == Space.SEMAPHORES) {
        continue;
      }
      ObjectInfo info = view.get().info();
      Sight sight = view.get().sight();
      if (sight == Sight.DAMAGED) {
        broken.add(Texts.printable(info.name()));
      } else if (sight == Sight.STRANGE) {
        strange.add(Texts.printable(info.name()));
      } else if (info.isAnonymous() && sight != Sight.CLOSED && view.get().users().isEmpty()) {
        unused.add(info.name());
      }
    }
    report("leftovers", unused, "nobody uses", "interlock sweep");
    report("damaged", broken, "no object is in", "interlock rm NAME");
    report(
        "strange",
        strange,
        "of another version or container",
        "update the program, or interlock rm");
  }

  private void report(String subject, List<String> names, String what, String advice) {
    if (names.isEmpty()) {
      findings.add(ok(subject, "none"));
    } else {
      String more = names.size() > MOST_NAMES ? " ..." : "";
      String some = String.join(" ", names.subList(0, Math.min(MOST_NAMES, names.size())));
      findings.add(warning(subject, names.size() + " " + what + ": " + some + more, advice));
    }
  }

  private void limits() {
    limit("Max open files", "files")
        .ifPresent(
            files ->
                findings.add(
                    files < FEW_FILES
                        ? warning(
                            "open files",
                            files + " for a process",
                            "an object takes one: ulimit -n 4096")
                        : ok("open files", files + " for a process")));
    limit("Max address space", "bytes")
        .ifPresent(
            bytes ->
                findings.add(
                    bytes < Long.MAX_VALUE
                        ? warning(
                            "address space",
                            Times.bytes(bytes),
                            "a queue maps all it may ever use: ulimit -v unlimited, or a smaller"
                                + " maxBytes")
                        : ok("address space", "unlimited")));
  }

  /** The soft limit; unlimited is the largest number. */
  private static Optional<Long> limit(String title, String unit) {
    Pattern line = Pattern.compile(title + "\\s+(\\d+|unlimited)\\s+\\S+\\s+" + unit + "\\s*");
    try {
      for (String text : Files.readAllLines(Path.of("/proc/self/limits"))) {
        Matcher matcher = line.matcher(text);
        if (matcher.matches()) {
          String number = matcher.group(1);
          return Optional.of(
              number.equals("unlimited") ? Long.MAX_VALUE : Long.parseUnsignedLong(number));
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // no /proc
    }
    return Optional.empty();
  }

  private void tracing() {
    try {
      String scope = Files.readString(Path.of("/proc/sys/kernel/yama/ptrace_scope")).strip();
      findings.add(
          scope.equals("0")
              ? ok("waiters", "can be seen")
              : warning(
                  "waiters",
                  "of other programs are hidden (kernel.yama.ptrace_scope=" + scope + ")",
                  "run ls and dump as root, or sysctl kernel.yama.ptrace_scope=0"));
    } catch (IOException e) {
      findings.add(ok("waiters", "can be seen")); // a kernel without Yama
    }
  }
}
