package org.interlock.course.wrong;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** Who has no room gives one back all the same. */
public final class KaraokeGivesTooMany {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public KaraokeGivesTooMany(Bench bench) {
    rooms = ProcessSemaphore.open(bench.name("rooms"), 2);
  }

  public boolean enter() throws InterruptedException {
    if (inside || !rooms.tryAcquire(50, TimeUnit.MILLISECONDS)) {
      return false;
    }
    inside = true;
    return true;
  }

  public boolean leave() {
    boolean was = inside;
    inside = false;
    rooms.release();
    return was;
  }
}
