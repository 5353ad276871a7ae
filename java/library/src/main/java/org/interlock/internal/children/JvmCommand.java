package org.interlock.internal.children;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.interlock.internal.Natives;

/**
 * The command line of a JVM that runs {@link ChildMain}: the same java, options, class path and
 * module path as the parent's, less what {@link InheritedOptions} leaves out.
 *
 * @param program the java launcher
 * @param options what the child has from its parent
 * @param extraOptions what was asked for it; they come later, and so they win
 * @param main the main class and its arguments
 */
record JvmCommand(
    String program, List<String> options, List<String> extraOptions, List<String> main) {
  private static final String NATIVE_ACCESS = "--enable-native-access=";

  /** From then on a JVM warns, in each child again, unless native access was allowed by name. */
  private static final int FIRST_THAT_WARNS = 24;

  private static final String MAIN_CLASS = "org.interlock.internal.children.ChildMain";

  /**
   * Variables whose content a JVM adds to its options. The parent's content is among its input
   * arguments already, and would be there twice; its agents would come back.
   */
  static final Set<String> OPTION_VARIABLES =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /**
   * The command for a child.
   *
   * @param parent the JVM that starts it
   * @param extraOptions what its builder asks for
   * @param elsewhere whether the child runs in another directory: then relative paths are made
   *     absolute. Otherwise they stay as they are, as an archive for class-data sharing is bound to
   *     the class path as it was written
   * @param title shown by {@code ps} and {@code jps}; of no effect
   */
  static JvmCommand of(
      JvmFacts parent, List<String> extraOptions, boolean elsewhere, String title) {
    Path base = elsewhere ? parent.directory() : null;
    String mainModule = parent.module() == null ? null : parent.mainModule();
    List<String> options = new ArrayList<>(InheritedOptions.of(parent.inputArguments(), base));
    if (parent.feature() >= FIRST_THAT_WARNS
        && options.stream().noneMatch(option -> option.startsWith(NATIVE_ACCESS))) {
      options.add(
          NATIVE_ACCESS
              + (parent.module() == null ? "ALL-UNNAMED" : parent.module() + ",com.sun.jna"));
    }
    if (mainModule == null || !parent.classPath().isEmpty()) {
      options.add("-cp");
      options.add(
          base == null ? parent.classPath() : InheritedOptions.absolute(parent.classPath(), base));
    }
    List<String> main = new ArrayList<>();
    if (mainModule == null) {
      // Also when Interlock is a module but the program is not: only with a main class from the
      // class path does a JVM resolve all modules of the JDK, as it did for the parent.
      main.add(MAIN_CLASS);
    } else {
      // The main module of the child is ours; that of the parent must be resolved as well.
      options.add("--add-modules");
      options.add(mainModule);
      main.add("-m");
      main.add(parent.module() + "/" + MAIN_CLASS);
    }
    main.add(title);
    return new JvmCommand(
        parent.home().resolve("bin").resolve("java").toString(),
        List.copyOf(options),
        List.copyOf(extraOptions),
        List.copyOf(main));
  }

  /**
   * This command for a JVM that loads the same native library, unless it was told where to look.
   */
  JvmCommand loading(Path library) {
    String own = "-D" + Natives.DIRECTORY + "=";
    return extraOptions.stream().anyMatch(option -> option.startsWith(own))
        ? withArgument("")
        : withArgument(library.toString());
  }

  /** This command for a JVM that will wait for its task, and prepares itself meanwhile. */
  JvmCommand waiting() {
    return withArgument(ChildMain.WAITING);
  }

  private JvmCommand withArgument(String argument) {
    List<String> longer = new ArrayList<>(main);
    longer.add(argument);
    return new JvmCommand(program, options, extraOptions, List.copyOf(longer));
  }

  /** This command with what the child has from its parent read from a file. */
  JvmCommand withOptionsFrom(Path argumentFile) {
    return new JvmCommand(program, List.of("@" + argumentFile), extraOptions, main);
  }

  /** All arguments, from {@code argv[0]}. */
  List<String> arguments() {
    List<String> all = new ArrayList<>();
    all.add(program);
    all.addAll(options);
    all.addAll(extraOptions);
    all.addAll(main);
    return all;
  }
}
