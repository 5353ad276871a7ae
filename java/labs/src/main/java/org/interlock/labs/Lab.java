package org.interlock.labs;

/** A program of the course. */
@FunctionalInterface
interface Lab {
  /** Runs to the end, children included. */
  void run(Lesson lesson) throws Exception;
}
