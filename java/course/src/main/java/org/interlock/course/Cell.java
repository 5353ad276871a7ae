package org.interlock.course;

import org.interlock.ProcessLong;
import org.jspecify.annotations.Nullable;

/**
 * A number that all processes of a try share: plain reading and plain writing, nothing in between
 * is protected. A slow cell behaves like a file: while one process has read and not yet written,
 * others get their chance.
 */
public final class Cell {
  private final ProcessLong number;
  private final @Nullable Meeting meeting;
  private final Runnable beforeSet;

  Cell(ProcessLong number, @Nullable Meeting meeting, Runnable beforeSet) {
    this.number = number;
    this.meeting = meeting;
    this.beforeSet = beforeSet;
  }

  /**
   * Reads it.
   *
   * @return the number, which may be old when you see it: 0 at first
   */
  public long get() {
    long value = number.get();
    if (meeting != null) {
      meeting.come();
    }
    return value;
  }

  /**
   * Writes it. A process that is killed has written or has not.
   *
   * @param value the number
   */
  public void set(long value) {
    beforeSet.run();
    number.set(value);
  }
}
