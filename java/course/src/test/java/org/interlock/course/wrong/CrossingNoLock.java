package org.interlock.course.wrong;

import org.interlock.ProcessEvent;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Looks, and passes when the light may be red again. */
public final class CrossingNoLock {
  private final ProcessEvent light;
  private final Cell passed;

  public CrossingNoLock(Bench bench) {
    light = ProcessEvent.open(bench.name("light"));
    passed = bench.slowCell("passed");
  }

  public void green() {
    light.set();
  }

  public long red() {
    light.clear();
    return passed.get();
  }

  public boolean drive() {
    if (!light.isSet()) {
      return false;
    }
    passed.set(passed.get() + 1);
    return true;
  }
}
