package org.interlock.course.model;

import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Looking and passing are one step, and the light changes only between two of them. */
public final class Crossing {
  private final ProcessEvent light;
  private final Cell passed;
  private final ProcessLock crossing;

  public Crossing(Bench bench) {
    light = ProcessEvent.open(bench.name("light"));
    passed = bench.slowCell("passed");
    crossing = ProcessLock.open(bench.name("crossing"));
  }

  public void green() {
    light.set();
  }

  public long red() {
    crossing.lock();
    try {
      light.clear();
      return passed.get();
    } finally {
      crossing.unlock();
    }
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
