package org.interlock.bench.calls;

import org.interlock.ProcessLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two reads of a number: the way from Java into C and back, twice, with the checks of a handle and
 * nothing to take or give back.
 */
@State(Scope.Thread)
public class LongCalls {
  private ProcessLong number;

  @Setup
  public void open() {
    number = ProcessLong.create(1);
  }

  @TearDown
  public void check() {
    if (getTwice() != 2) {
      throw new IllegalStateException("the number is " + number);
    }
    number.close();
  }

  @Benchmark
  public long getTwice() {
    return number.get() + number.get();
  }
}
