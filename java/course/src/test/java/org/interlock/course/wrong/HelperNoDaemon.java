package org.interlock.course.wrong;

import org.interlock.ChildProcess;
import org.interlock.course.Bench;

/** Not a daemon: it outlives a parent that is killed. */
public final class HelperNoDaemon {
  private final Bench bench;

  public HelperNoDaemon(Bench bench) {
    this.bench = bench;
  }

  public ChildProcess start() {
    return ChildProcess.builder(bench.watch()).name("helper").start();
  }
}
