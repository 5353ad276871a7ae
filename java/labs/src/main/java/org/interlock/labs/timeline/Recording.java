package org.interlock.labs.timeline;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.interlock.ChildProcess;
import org.interlock.JoinableQueue;
import org.interlock.PermitPool;
import org.interlock.ProcessPipe;
import org.interlock.Shared;
import org.jspecify.annotations.Nullable;

/**
 * What a process of a lab did, as lines at the end of a file of its own. A line stands in the file
 * as soon as it is written, by a single {@code write}: when the process is killed, it says how far
 * it had come. Called by the copies that {@link Weaver} makes; public for them alone.
 *
 * <p>A line has seven columns: the time in nanoseconds, the thread, {@code begin} or {@code end},
 * the class, the method, the object, and what was given or what came of it. The first line of a
 * file says whose it is, a last one, {@code exit}, that the JVM ended in good order.
 */
public final class Recording {
  /** The system property that names the directory; children have it as their parent has. */
  static final String DIRECTORY = "interlock.lab.timeline";

  static final String FAILED = "!";

  /** Without a buffer: what is written is the kernel's, and survives SIGKILL. */
  private static final FileOutputStream FILE = open();

  /** Of calls inside of calls only the outermost counts: it is the one that stands in the lab. */
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  static {
    String parent = String.valueOf(ChildProcess.parentPid().orElse(0));
    String daemon = ChildProcess.currentIsDaemon() ? "daemon" : "";
    write("process", daemon, "", ChildProcess.currentName(), parent);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> write("exit", "", "", "", ""), "timeline-exit"));
  }

  private Recording() {}

  private static FileOutputStream open() {
    String name = ProcessHandle.current().pid() + ".txt";
    Path file = Path.of(System.getProperty(DIRECTORY, "."), name);
    try {
      return new FileOutputStream(file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException("the timeline can not be recorded in " + file, e);
    }
  }

  /** Before a step. */
  public static void begin(Object self, String method, @Nullable Object[] arguments) {
    if (DEPTH.get()[0]++ == 0) {
      write("begin", type(self), method, object(self), value(shown(method, arguments)));
    }
  }

  /** After it, whether it returned or threw. */
  public static void end(
      Object self, String method, @Nullable Object returned, @Nullable Throwable thrown) {
    if (--DEPTH.get()[0] == 0) {
      String result = thrown == null ? value(returned) : FAILED + thrown.getClass().getSimpleName();
      write("end", type(self), method, object(self), result);
    }
  }

  /** Of most calls the arguments say nothing new. */
  private static @Nullable Object shown(String method, @Nullable Object[] arguments) {
    return switch (method) {
      case "put", "offer", "send" -> arguments[0];
      case "show" -> arguments[arguments.length - 1];
      default -> null;
    };
  }

  private static String type(Object self) {
    return self instanceof ProcessPipe.Connection ? "ProcessPipe" : self.getClass().getSimpleName();
  }

  private static String object(Object self) {
    if (self instanceof Shared shared) {
      return shared.name();
    } else if (self instanceof ChildProcess child) {
      return String.valueOf(child.pid());
    } else if (self instanceof ProcessPipe.Connection) {
      return end(self.toString());
    }
    return identity(self);
  }

  /** Of {@code ProcessPipe[~name].left[…]} the name and which end. */
  private static String end(String connection) {
    String[] words = connection.split("\\]?[.\\[]", -1);
    return words[1] + " " + words[2];
  }

  private static String value(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return value(optional.orElse(null));
    } else if (value instanceof PermitPool.Permit) {
      return identity(value);
    } else if (value instanceof JoinableQueue.Delivery<?> delivery) {
      return identity(value) + " " + delivery.item();
    } else if (value instanceof ChildProcess child) {
      return String.valueOf(child.pid());
    }
    return value == null ? "" : value.toString();
  }

  private static String identity(Object object) {
    return "#" + Integer.toHexString(System.identityHashCode(object));
  }

  /** On Linux and macOS the clock of {@code nanoTime} is the machine's: one for all processes. */
  private static void write(String what, String type, String method, String object, String value) {
    String text = value.replaceAll("\\s+", " ").strip();
    long thread = Thread.currentThread().getId();
    String line =
        String.join("\t", String.valueOf(thread), what, type, method, object, text) + "\n";
    synchronized (FILE) {
      try {
        FILE.write((System.nanoTime() + "\t" + line).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException("the timeline can not be recorded", e);
      }
    }
  }
}
