package org.interlock.course.wrong;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** Every process has two rooms of its own. */
public final class KaraokeOwnRooms {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public KaraokeOwnRooms(Bench bench) {
    rooms = ProcessSemaphore.create(2);
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
