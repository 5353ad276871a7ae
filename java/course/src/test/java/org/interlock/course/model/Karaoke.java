package org.interlock.course.model;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** One semaphore for all, and who has no room gives none back. */
public final class Karaoke {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public Karaoke(Bench bench) {
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
    if (!inside) {
      return false;
    }
    inside = false;
    rooms.release();
    return true;
  }
}
