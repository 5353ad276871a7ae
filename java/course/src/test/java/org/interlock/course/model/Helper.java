package org.interlock.course.model;

import org.interlock.ChildProcess;
import org.interlock.course.Bench;

/** A daemon child ends with its parent, however that ends. */
public final class Helper {
  private final Bench bench;

  public Helper(Bench bench) {
    this.bench = bench;
  }

  public ChildProcess start() {
    return ChildProcess.startDaemon(bench.watch());
  }
}
