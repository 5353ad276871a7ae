package org.interlock.testing;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a {@link Worker.Program}. Ends when the test does, which closes standard input. */
final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] arguments) throws Exception {
    List<String> all = List.of(arguments);
    var constructor = Class.forName(all.get(0)).getDeclaredConstructor();
    constructor.setAccessible(true);
    Worker.Program program = (Worker.Program) constructor.newInstance();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    program.run(in, out, all.subList(1, all.size()));
  }
}
