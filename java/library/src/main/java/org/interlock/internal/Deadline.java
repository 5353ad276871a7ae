package org.interlock.internal;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When a wait ends, on the monotonic clock. Times saturate. */
@SuppressWarnings("JavaUtilDate") // java.util.concurrent.locks.Condition has it
public final class Deadline {
  /** Never comes. */
  public static final Deadline FOREVER = new Deadline(Long.MAX_VALUE);

  private final long start = System.nanoTime();
  private final long nanos;
  private final @Nullable Date date;

  private Deadline(long nanos) {
    this(nanos, null);
  }

  private Deadline(long nanos, @Nullable Date date) {
    this.nanos = nanos;
    this.date = date;
  }

  /** The exception: on the clock that people read, which may be set. */
  public static Deadline at(Date date) {
    return new Deadline(0, (Date) date.clone());
  }

  /** From now; a time that is not positive has passed at once, the longest never comes. */
  public static Deadline after(long time, TimeUnit unit) {
    long nanos = unit.toNanos(time);
    return nanos == Long.MAX_VALUE ? FOREVER : new Deadline(Math.max(nanos, 0));
  }

  /** Nanoseconds until then; not positive once it has passed. */
  public long remaining() {
    if (date != null) {
      long now = System.currentTimeMillis();
      return date.getTime() <= now ? 0 : TimeUnit.MILLISECONDS.toNanos(date.getTime() - now);
    }
    return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
  }

  /** How long to sleep before looking around again. */
  long slice() {
    return Math.min(remaining(), HotCalls.SLICE_NANOS);
  }
}
