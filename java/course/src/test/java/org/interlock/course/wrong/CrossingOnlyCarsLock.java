package org.interlock.course.wrong;

import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Cars keep each other out, but not the light. */
public final class CrossingOnlyCarsLock {
  private final ProcessEvent light;
  private final Cell passed;
  private final ProcessLock crossing;

  public CrossingOnlyCarsLock(Bench bench) {
    light = ProcessEvent.open(bench.name("light"));
    passed = bench.slowCell("passed");
    crossing = ProcessLock.open(bench.name("crossing"));
  }

  public void green() {
    light.set();
  }

  public long red() {
    light.clear();
    return passed.get();
  }

  public boolean drive() {
    crossing.lock();
    try {
      if (!light.isSet()) {
        return false;
      }
      passed.set(passed.get() + 1);
      return true;
    } finally {
      crossing.unlock();
    }
  }
}
