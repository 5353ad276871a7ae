package org.interlock.bench.harness;

import java.io.Serializable;
import java.util.concurrent.locks.LockSupport;

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
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Sleeps for about so long; 0 is not at all. */
  public static void pause(long nanos) throws InterruptedException {
    if (nanos > 0) {
      new Order(0, System.nanoTime() + nanos).await();
    }
  }
}
