package org.interlock.bench.calls;

import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Put and take in one thread, for what they allocate. */
@State(Scope.Thread)
public class QueueCalls {
  private static final int SIZE = 64;

  private final byte[] item = new byte[SIZE];
  private ProcessQueue<byte[]> queue;

  @Setup
  public void create() {
    queue = ProcessQueue.create(Codec.bytes(), 10);
  }

  @TearDown
  public void check() {
    if (!queue.isEmpty()) {
      throw new IllegalStateException("items are left");
    }
    queue.close();
  }

  @Benchmark
  public byte[] putTake() throws InterruptedException {
    queue.put(item);
    byte[] taken = queue.take();
    if (taken.length != SIZE) {
      throw new IllegalStateException("an item of " + taken.length + " bytes");
    }
    return taken;
  }

  /** The array alone, as every taker needs it. */
  @Benchmark
  public byte[] newArray() {
    return item.clone();
  }
}
