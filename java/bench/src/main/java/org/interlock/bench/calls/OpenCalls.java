package org.interlock.bench.calls;

import org.interlock.ProcessLock;
import org.interlock.Shared;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A named lock that exists, opened and closed; no other handle of this process is open. */
@State(Scope.Thread)
public class OpenCalls {
  private String name;

  @Setup
  public void create() {
    name = "bench-open-" + ProcessHandle.current().pid();
    ProcessLock.open(name).close();
  }

  @TearDown
  public void check() {
    if (!Shared.unlink(name)) {
      throw new IllegalStateException("the name is gone");
    }
  }

  @Benchmark
  public void processLock() {
    ProcessLock.open(name).close();
  }
}
