package org.interlock.testkit;

import java.util.List;

/**
 * What runs in a worker process; has a constructor without parameters. Everything runs in one
 * thread, the same for all operations. Standard output goes to standard error, which is shown if
 * the worker fails.
 */
public interface Program {

  /**
   * Opens what the operations after this are about, and gives back what was open before, with all
   * that is held.
   *
   * @param arguments what the test says: the name of an object, and so on
   * @throws Exception if it can not: the test fails
   */
  void open(List<String> arguments) throws Exception;

  /**
   * Does something.
   *
   * @param operation what
   * @return what came of it, in the words of the model
   * @throws Exception which is the answer: its {@code toString}
   */
  String perform(Operation operation) throws Exception;
}
