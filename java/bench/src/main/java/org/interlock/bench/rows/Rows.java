package org.interlock.bench.rows;

import java.util.List;
import java.util.stream.Stream;
import org.interlock.bench.harness.Row;

/** All rows, in the order of the report. */
public final class Rows {
  private Rows() {}

  public static List<Row> all() {
    return Stream.of(
            LockBench.rows(),
            SemaphoreBench.rows(),
            EventBench.rows(),
            QueueBench.rows(),
            RoundTripBench.rows(),
            ChildBench.rows(),
            OpenBench.rows())
        .flatMap(List::stream)
        .toList();
  }
}
