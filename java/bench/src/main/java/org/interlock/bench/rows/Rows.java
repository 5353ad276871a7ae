package org.interlock.bench.rows;

import java.util.List;
import java.util.stream.Stream;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Scale;

/** All rows, in the order of the report. */
public final class Rows {
  private Rows() {}

  public static List<Row> all(Scale scale) {
    return Stream.of(
            LockBench.rows(),
            SemaphoreBench.rows(),
            EventBench.rows(),
            SystemCallsBench.rows(),
            ContentionBench.rows(scale),
            QueueBench.rows(),
            ShapesBench.rows(),
            LargeBench.rows(),
            BatchBench.rows(),
            CodecBench.rows(),
            RoundTripBench.rows(),
            IdleBench.rows(),
            OwnerDeathBench.rows(scale),
            ParentDeathBench.rows(scale),
            ChildBench.rows(scale),
            GuardianBench.rows(),
            OpenBench.rows(),
            ObjectsBench.rows(scale),
            DescriptorsBench.rows(),
            ProcessesBench.rows(scale),
            AllocationBench.rows())
        .flatMap(List::stream)
        .toList();
  }
}
