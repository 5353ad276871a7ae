package org.interlock.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The main class of a worker. One thread does what it is told; another reads, so that a worker that
 * waits for something ends with the test too.
 */
final class WorkerMain {
  static final String OPEN = "open";
  static final String PERFORM = "perform";
  static final String OPENED = "opened";

  private final Program program;
  private final DataOutputStream answers;

  private WorkerMain(Program program, DataOutputStream answers) {
    this.program = program;
    this.answers = answers;
  }

  /** Gets the name of the program. */
  public static void main(String[] arguments) throws Exception {
    DataOutputStream answers =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    System.setOut(System.err); // what the program prints is no answer
    Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    new WorkerMain((Program) constructor.newInstance(), answers).run();
  }

  private void run() throws IOException {
    ExecutorService hands = Executors.newSingleThreadExecutor(task -> new Thread(task, "hands"));
    try (DataInputStream commands = new DataInputStream(new BufferedInputStream(System.in))) {
      while (true) {
        List<String> words = Words.read(commands);
        hands.execute(() -> answer(words));
      }
    } catch (EOFException e) {
      System.exit(0);
    }
  }

  private void answer(List<String> words) {
    try {
      Words.write(answers, List.of(perform(words)));
    } catch (IOException e) {
      System.exit(1); // the test is gone
    }
  }

  private String perform(List<String> words) {
    Operation operation = new Operation(words.get(1), words.subList(2, words.size()));
    try {
      if (words.get(0).equals(OPEN)) {
        program.open(operation.arguments());
        return OPENED;
      }
      return program.perform(operation);
    } catch (Throwable e) {
      e.printStackTrace();
      return e.toString();
    }
  }
}
