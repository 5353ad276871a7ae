package org.interlock.internal.selfcheck;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Main class of the jar: {@code java -jar interlock.jar}, or {@code java -p
 * interlock.jar:jna-jpms.jar -m org.interlock}. Exit status 0: every object works here; 1: one does
 * not; 2: it could not be tried.
 *
 * <p>{@code java -jar} puts nothing but the jar on the class path, and JNA is a jar of its own. A
 * Class-Path in the manifest would find it, but every compiler that is asked for {@code
 * -Xlint:path} would complain of it wherever JNA lies elsewhere. So JNA is looked for beside the
 * jar and where a Maven repository keeps it, and this program starts again with it on the class
 * path: children need it there, too.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int NOT_TRIED = 2;

  /** From then on the JVM knows the option, and later warns without it. */
  private static final int FIRST_WITH_NATIVE_ACCESS = 22;

  private Main() {}

  /** No arguments. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      System.err.println("usage: java -jar interlock.jar   (a self-check; it takes no arguments)");
      System.exit(NOT_TRIED);
    }
    Path jar = PlatformFacts.placeOf(Main.class);
    if (isJnaThere()) {
      System.exit(check(System.out));
    }
    Optional<Path> jna = jar == null ? Optional.empty() : JnaJar.near(jar);
    if (jna.isEmpty()) {
      System.err.println(JnaJar.missing(jar));
      System.exit(NOT_TRIED);
    }
    System.exit(again(jar + ":" + jna.get()));
  }

  private static boolean isJnaThere() {
    try {
      Class.forName("com.sun.jna.Native", false, Main.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static int again(String classPath) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java, "-cp", classPath));
    if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add(Main.class.getName());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static int check(PrintStream out) throws InterruptedException {
    out.println("This is");
    PlatformFacts.printOfJava(out);
    try {
      PlatformFacts.printOfSystem(out);
      out.println("Each object, with another process that is killed");
      boolean well = SelfCheck.run(Checks.all(), out);
      out.println(well ? "All is well." : "Not all is well.");
      return well ? 0 : FAILED;
    } catch (RuntimeException | LinkageError e) {
      System.err.println("Interlock does not work here: " + e.getMessage());
      return NOT_TRIED;
    }
  }
}
