package org.interlock.bench.calls;

import org.interlock.ProcessEvent;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A look at an event, and the set of one that is set. */
@State(Scope.Thread)
public class EventCalls {
  private ProcessEvent event;
  private volatile long word;

  @Setup
  public void open() {
    event = ProcessEvent.create();
    event.set();
    word = System.nanoTime();
  }

  @TearDown
  public void check() {
    if (!event.isSet()) {
      throw new IllegalStateException("the event is not set");
    }
    event.close();
  }

  @Benchmark
  public boolean isSet() {
    return event.isSet();
  }

  @Benchmark
  public void set() {
    event.set();
  }

  @Benchmark
  public long volatileRead() {
    return word;
  }
}
