package org.interlock.bench.rows;

import java.util.List;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;

/** The codecs that come with the queue. */
final class CodecBench {
  private CodecBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "codecs",
            "codecs",
            "1→1, by codec",
            Unit.PER_SECOND,
            List.of(
                queue("longs", new Items.Longs()),
                queue("bytes", Items.bytes(Queues.SIZE)),
                queue("strings", new Items.Strings()),
                queue("objects", new Items.Objects())),
            List.of(Bar.atLeast("longs", 0.8, "bytes"))));
  }

  private static <E> Contender queue(String name, Items<E> items) {
    return Queues.singles(
        name, items, 1, 1, () -> ProcessQueue.create(items.codec(), Queues.CAPACITY));
  }
}
