package org.interlock.internal.children;

import static java.util.Objects.requireNonNull;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.interlock.Task;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started, and how, as the builder has gathered it; everything is checked as it
 * comes. For one thread at a time. A plan can be carried out several times.
 */
public final class Plan {
  private static final Path NOWHERE = Path.of("/dev/null");

  final @Nullable Task task;
  final List<String> command;
  String name = "";
  boolean daemon;
  boolean inheritInput;
  final List<String> jvmOptions = new ArrayList<>();
  final Map<String, @Nullable String> environment = new LinkedHashMap<>();
  @Nullable Path directory;
  @Nullable Path output;
  @Nullable Path error;

  private Plan(@Nullable Task task, List<String> command) {
    this.task = task;
    this.command = command;
  }

  /** A JVM that runs a task. */
  public static Plan of(Task task) {
    return new Plan(requireNonNull(task, "task"), List.of());
  }

  /** Any program. */
  public static Plan of(String... command) {
    List<String> all = List.of(command);
    if (all.isEmpty() || all.get(0).isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
    all.forEach(argument -> checkText("argument", argument));
    return new Plan(null, all);
  }

  public void name(String given) {
    checkText("name", given);
    if (given.isEmpty()) {
      throw new IllegalArgumentException("an empty name");
    }
    name = given;
  }

  public void daemon(boolean given) {
    daemon = given;
  }

  public void inheritInput() {
    inheritInput = true;
  }

  public void jvmOptions(String... given) {
    List<String> options = List.of(given);
    if (task == null) {
      throw new IllegalStateException("a command has no JVM options");
    }
    options.forEach(option -> checkText("JVM option", option));
    jvmOptions.addAll(options);
  }

  public void environment(Map<String, ? extends @Nullable String> given) {
    given.forEach(Plan::checkVariable);
    environment.putAll(given);
  }

  private static void checkVariable(String variable, @Nullable String value) {
    checkText("environment variable", variable);
    if (variable.isEmpty() || variable.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "the name of an environment variable is not empty and has no '=': \"" + variable + '"');
    }
    if (value != null) {
      checkText("value of " + variable, value);
    }
  }

  public void directory(Path given) {
    directory = checkPath(given);
  }

  public void output(Path given) {
    output = checkPath(given);
  }

  public void error(Path given) {
    error = checkPath(given);
  }

  public void discardOutput() {
    output = NOWHERE;
  }

  /** Whether nobody asked for anything but a task: any JVM like this one will do. */
  boolean isPlain() {
    return task != null
        && jvmOptions.isEmpty()
        && environment.isEmpty()
        && directory == null
        && output == null
        && error == null
        && !inheritInput;
  }

  private static Path checkPath(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException("no other process can see the path " + path.toUri());
    }
    return path.toAbsolutePath();
  }

  private static void checkText(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a zero character in " + what + " \"" + text + '"');
    }
  }
}
