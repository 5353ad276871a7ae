package org.interlock.bench.harness;

import java.io.Serializable;

/**
 * What a party is told to do.
 *
 * @param amount of operations, or of nanoseconds
 * @param start when, on the monotonic clock that all processes share ({@link System#nanoTime})
 */
public record Order(long amount, long start) implements Serializable {
  /** Waits until it begins. */
  public void await() throws InterruptedException {
    for (long left = start - System.nanoTime(); left > 0; left = start - System.nanoTime()) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }
}
