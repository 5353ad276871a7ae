package org.interlock.internal;

import java.util.concurrent.TimeUnit;

/** When a wait ends, on the monotonic clock. Times saturate. */
public final class Deadline {
  /** Never comes. */
  public static final Deadline FOREVER = new Deadline(Long.MAX_VALUE);

  private final long start = System.nanoTime();
  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  /** From now; a time that is not positive has passed at once, the longest never comes. */
  public static Deadline after(long time, TimeUnit unit) {
    long nanos = unit.toNanos(time);
    return nanos == Long.MAX_VALUE ? FOREVER : new Deadline(nanos);
  }

  /** Nanoseconds until then; not positive once it has passed. */
  public long remaining() {
    return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
  }

  /** How long to sleep before looking around again. */
  long slice() {
    return Math.min(remaining(), HotCalls.SLICE_NANOS);
  }
}
