package org.interlock.children;

import org.interlock.ChildProcess;

/**
 * A program on the class path that uses Interlock as a module; so it is in none of its packages.
 * java.sql is there only if the JVM resolves as for a program on the class path.
 */
public final class ModuleTeller {
  private ModuleTeller() {}

  public static void main(String[] arguments) throws InterruptedException {
    ChildProcess child =
        ChildProcess.start(
            () -> {
              System.out.println("Interlock in " + ChildProcess.class.getModule());
              System.out.println("sql: " + ModuleLayer.boot().findModule("java.sql").isPresent());
            });
    child.join();
    System.out.println("exit code " + child.exitCode().getAsInt());
  }
}
