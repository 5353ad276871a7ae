package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeadlineTest {
  @Property(tries = 300)
  void saturatesAndNeverJumps(@ForAll long time, @ForAll TimeUnit unit) {
    Deadline deadline = Deadline.after(time, unit);
    long first = deadline.remaining();
    long second = deadline.remaining();
    assertThat(second).isLessThanOrEqualTo(first);
    assertThat(first).isLessThanOrEqualTo(Math.max(0, unit.toNanos(time)));
    assertThat(deadline.slice()).isLessThanOrEqualTo(HotCalls.SLICE_NANOS);
    if (time <= 0) {
      assertThat(first).isNotPositive();
    }
    if (unit.toNanos(time) == Long.MAX_VALUE) {
      assertThat(first).isEqualTo(Long.MAX_VALUE);
    }
  }
}
