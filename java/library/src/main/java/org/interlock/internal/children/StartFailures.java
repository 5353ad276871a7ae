package org.interlock.internal.children;

import org.interlock.PosixException;
import org.interlock.internal.Failures;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;

/** What to tell whoever could not start a child. */
final class StartFailures {
  private StartFailures() {}

  /** The exception for a failed {@code il_status}. */
  static RuntimeException of(int status, Launch launch, String name) {
    if (Status.code(status) != Status.SYSTEM) {
      return Failures.of(status, "ChildProcess[" + name + "]");
    }
    String call = HotCalls.statusCall(status);
    String errno = HotCalls.statusErrnoName(status);
    String message =
        "cannot start "
            + name
            + ": "
            + reason(call, errno, launch)
            + " ("
            + call
            + ": "
            + errno
            + ")";
    return new PosixException(message, HotCalls.statusErrno(status), errno, call);
  }

  private static String reason(String call, String errno, Launch launch) {
    String general = general(errno);
    if (!general.isEmpty()) {
      return general;
    }
    return switch (call) {
      case "execve" -> program(errno, launch.program());
      case "chdir" -> "its directory " + launch.directory() + " cannot be entered";
      case "open" -> "its output cannot go to " + files(launch);
      case "posix_spawn" ->
          Natives.launcher()
              + " cannot be executed; if its file system is mounted noexec, name another directory"
              + " with -Dinterlock.native.dir";
      default -> "the system refused";
    };
  }

  private static String general(String errno) {
    return switch (errno) {
      case "EMFILE", "ENFILE" ->
          "no more files may be open; close what is not needed, or raise the limit (ulimit -n)";
      case "ETOOMANYREFS" ->
          "too many shared objects are on their way to children; raise the limit (ulimit -n)";
      case "EAGAIN" -> "no more processes may run; raise the limit (ulimit -u)";
      case "ENOMEM" -> "the system has no memory for it";
      case "E2BIG" -> "its arguments and environment are longer than the system takes";
      default -> "";
    };
  }

  private static String program(String errno, String program) {
    return switch (errno) {
      case "ENOENT" -> "there is no program " + program + ", or what it needs to run is missing";
      case "EACCES", "EPERM" -> "the program " + program + " may not be executed";
      case "ENOEXEC" -> program + " is not a program";
      default -> "the program " + program + " cannot be executed";
    };
  }

  private static String files(Launch launch) {
    String output = launch.output();
    String error = launch.error();
    if (output == null) {
      return String.valueOf(error);
    }
    return error == null || error.equals(output) ? output : output + " or " + error;
  }
}
