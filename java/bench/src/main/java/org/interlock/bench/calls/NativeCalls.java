package org.interlock.bench.calls;

import org.interlock.internal.HotCalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What two native calls cost that do next to nothing: the least for what is taken and given back in
 * C.
 */
@State(Scope.Thread)
public class NativeCalls {
  private int status;

  @Benchmark
  public int twoCalls() {
    return HotCalls.statusErrno(status) + HotCalls.statusErrno(status);
  }
}
