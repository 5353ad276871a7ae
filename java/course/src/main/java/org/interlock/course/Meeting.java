package org.interlock.course;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.interlock.ProcessLong;

/**
 * Makes the bad moment happen, instead of hoping for it: who comes waits a while for another, and
 * then lets that one go ahead. Code that lets two processes in at once has them meet; code that
 * does not is only slowed down.
 */
final class Meeting {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
  private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
  private static final long NOBODY = 0;

  /** Who waits. What a killed one leaves here costs the next one its wait, and nothing else. */
  private final ProcessLong waiting;

  Meeting(ProcessLong waiting) {
    this.waiting = waiting;
  }

  void come() {
    long me = ProcessHandle.current().pid();
    long other = waiting.get();
    if (other != NOBODY && waiting.compareAndSet(other, NOBODY)) {
      return;
    }
    if (!waiting.compareAndSet(NOBODY, me)) {
      return;
    }
    long start = System.nanoTime();
    while (waiting.get() == me) {
      if (System.nanoTime() - start > WAIT_NANOS && waiting.compareAndSet(me, NOBODY)) {
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    LockSupport.parkNanos(HEAD_START_NANOS);
  }
}
