package org.interlock.testkit;

import java.util.List;
import java.util.function.Consumer;

/** Someone who does what a script says: a process, or in the tests of a checker a fake. */
public interface Worker extends AutoCloseable {

  /**
   * Begins a try: opens the object that the operations after this are about, and gives back the one
   * before.
   *
   * @param arguments as {@link Program#open} wants them
   */
  void open(List<String> arguments);

  /**
   * Begins an operation; the one before must have been answered.
   *
   * @param operation what
   * @param answer called, in any thread, with what came of it, unless the worker is killed first
   */
  void begin(Operation operation, Consumer<String> answer);

  /** Waits until it has answered. */
  void await();

  /** Kills it. Returns when it is gone, all its answers have been heard, and another is started. */
  void kill();

  /** Stops it; returns when each of its threads has stopped. */
  void stop();

  /** Lets it go on; does nothing if it was not stopped. */
  void cont();

  /**
   * Where it is, for people.
   *
   * @return the stacks of its threads; nothing if it has answered, or has none to show
   */
  default String stacks() {
    return "";
  }

  /** Ends it. */
  @Override
  void close();
}
