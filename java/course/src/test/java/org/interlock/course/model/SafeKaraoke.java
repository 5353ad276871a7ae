package org.interlock.course.model;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.PermitPool;
import org.interlock.PermitPool.Permit;
import org.interlock.course.Bench;

/** A pool knows who has its permits; those of the dead come back. */
public final class SafeKaraoke {
  private final PermitPool rooms;
  private Optional<Permit> room = Optional.empty();

  public SafeKaraoke(Bench bench) {
    rooms = PermitPool.open(bench.name("rooms"), 2);
  }

  public boolean enter() throws InterruptedException {
    if (room.isPresent()) {
      return false;
    }
    room = rooms.tryAcquire(50, TimeUnit.MILLISECONDS);
    return room.isPresent();
  }

  public boolean leave() {
    boolean inside = room.isPresent();
    room.ifPresent(Permit::close);
    room = Optional.empty();
    return inside;
  }
}
