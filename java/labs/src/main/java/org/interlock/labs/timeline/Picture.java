package org.interlock.labs.timeline;

import java.util.List;

/**
 * What is drawn; times in nanoseconds from the first.
 *
 * @param rows the main program first, then its children by their numbers
 * @param arrows from put to take
 * @param length of the longest row
 */
record Picture(List<Row> rows, List<Arrow> arrows, long length) {
  /** What a bar stands for. */
  enum Kind {
    WAITING,
    WORKING,
    HOLDING
  }

  /** How a process came to its end. */
  enum End {
    /** In good order, or it was asked to end. */
    ENDED,
    KILLED,
    /** It stopped writing, and nobody of those that were recorded killed it. */
    UNKNOWN
  }

  /** A process. */
  record Row(
      long pid,
      String name,
      boolean daemon,
      long from,
      long to,
      End end,
      List<Bar> bars,
      List<Mark> marks) {}

  /**
   * A stretch of time.
   *
   * @param what the call or the object, for people
   * @param object the same for all bars of one object
   * @param cutShort whether the process ended before it did
   */
  record Bar(Kind kind, long from, long to, String what, String object, boolean cutShort) {}

  /** Something without a length: a line that was printed, a signal. */
  record Mark(long at, String what) {}

  /** An item on its way, from the beginning of its put to the end of its take. */
  record Arrow(int fromRow, long from, int toRow, long to, String item, String queue) {}
}
