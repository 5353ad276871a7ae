package org.interlock.internal.children;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the parent's JVM options a child gets: all but those that name the parent itself, or
 * something that only one JVM can have.
 */
final class InheritedOptions {
  /**
   * A child has no debugger and no agent: two JVMs cannot listen on one debugger's port, and an
   * agent that instruments or records the parent was not asked for in the child.
   */
  private static final List<String> DEBUGGERS_AND_AGENTS =
      List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrun", "-Xdebug", "-Xnoagent");

  /**
   * The port of remote management: a second JVM that finds it taken does not start. What comes with
   * it, such as a configuration file, may name the port.
   */
  private static final List<String> MANAGEMENT =
      List.of("-Dcom.sun.management.", "-XX:+ManagementServer");

  /** A file that each JVM writes as a whole when it ends: the last to end would leave its own. */
  private static final List<String> FILES_OF_ONE_JVM =
      List.of(
          "-XX:StartFlightRecording",
          "-XX:ArchiveClassesAtExit=",
          "-XX:+AutoCreateSharedArchive",
          "-XX:DumpLoadedClassList=",
          "-XX:AOTMode=record",
          "-XX:AOTMode=create",
          "-XX:AOTConfiguration=",
          "-XX:AOTCacheOutput=");

  /** The parent's main module, see {@link JvmCommand}. */
  private static final List<String> MAIN_MODULE = List.of("-Djdk.module.main=");

  private static final List<List<String>> DROPPED =
      List.of(DEBUGGERS_AND_AGENTS, MANAGEMENT, FILES_OF_ONE_JVM, MAIN_MODULE);

  private static final List<String> WITH_PATHS =
      List.of("--module-path=", "--upgrade-module-path=", "-Xbootclasspath/a:");

  private static final String PATCH_MODULE = "--patch-module=";

  private InheritedOptions() {}

  /**
   * The options for a child.
   *
   * @param inputArguments the parent's, as {@code RuntimeMXBean} gives them
   * @param base what relative paths in them are relative to; null to leave them as they are
   */
  static List<String> of(List<String> inputArguments, @Nullable Path base) {
    List<String> kept = new ArrayList<>();
    for (String argument : inputArguments) {
      if (!isDropped(argument)) {
        kept.add(base == null ? argument : withAbsolutePaths(argument, base));
      }
    }
    return kept;
  }

  private static boolean isDropped(String argument) {
    for (List<String> prefixes : DROPPED) {
      for (String prefix : prefixes) {
        if (argument.startsWith(prefix)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String withAbsolutePaths(String argument, Path base) {
    for (String prefix : WITH_PATHS) {
      if (argument.startsWith(prefix)) {
        return prefix + absolute(argument.substring(prefix.length()), base);
      }
    }
    int equals = argument.indexOf('=', PATCH_MODULE.length());
    if (argument.startsWith(PATCH_MODULE) && equals > 0) {
      return argument.substring(0, equals + 1) + absolute(argument.substring(equals + 1), base);
    }
    return argument;
  }

  /** A list of paths as in a class path, each made absolute. An empty one means {@code base}. */
  static String absolute(String paths, Path base) {
    StringBuilder result = new StringBuilder(paths.length());
    for (String path : paths.split(File.pathSeparator, -1)) {
      if (result.length() > 0) {
        result.append(File.pathSeparatorChar);
      }
      result.append(path.startsWith(File.separator) ? path : base.resolve(path).toString());
    }
    return result.toString();
  }
}
