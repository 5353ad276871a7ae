package org.interlock.course.wrong;

import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** A semaphore: the rooms of the dead are lost. */
public final class SafeKaraokeSemaphore {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public SafeKaraokeSemaphore(Bench bench) {
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
