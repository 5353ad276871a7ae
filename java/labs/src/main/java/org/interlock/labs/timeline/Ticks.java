package org.interlock.labs.timeline;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Times for people. */
final class Ticks {
  private static final double MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private Ticks() {}

  /** The smallest of 1, 2, 5, 10, 20, ... nanoseconds that needs no more steps than that. */
  static long step(long length, int most) {
    long power = 1;
    while (length / (power * 5) > most) {
      power *= 10;
    }
    return length / power <= most ? power : length / (power * 2) <= most ? power * 2 : power * 5;
  }

  /** A place on an axis with such steps. */
  static String label(long at, long step) {
    return step >= SECOND / 10
        ? String.format(Locale.ROOT, step >= SECOND ? "%.0f s" : "%.1f s", at / SECOND)
        : String.format(Locale.ROOT, step >= MILLISECOND ? "%.0f ms" : "%.3f ms", at / MILLISECOND);
  }

  /** A time by itself. */
  static String time(long nanos) {
    return nanos >= SECOND
        ? String.format(Locale.ROOT, "%.3f s", nanos / SECOND)
        : String.format(Locale.ROOT, "%.3f ms", nanos / MILLISECOND);
  }
}
