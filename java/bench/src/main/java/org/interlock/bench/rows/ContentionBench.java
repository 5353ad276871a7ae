package org.interlock.bench.rows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.interlock.ProcessLock;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.Party;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.NativePeer;
import org.interlock.posix.SharedMemory;

/** A lock that several processes want all the time. */
final class ContentionBench {
  private static final String C = "C robust mutex";
  private static final int CALLS_FOR_EACH_LOOK_AT_THE_CLOCK = 64;

  private ContentionBench() {}

  static List<Row> rows(Scale scale) {
    return List.of(row(scale, 2), row(scale, 8));
  }

  private static Row row(Scale scale, int processes) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(scale.choose(5000, 50));
    return new Row(
        "contention",
        "lock-" + processes,
        processes + " processes contend for a lock",
        Unit.PER_SECOND,
        List.of(
            new Contender("ProcessLock", ignored -> session(processes, nanos)),
            new Contender(
                C,
                ignored ->
                    PartySession.timed(
                        Judge.contention(processes),
                        nanos,
                        NativePeer.startC("mutex-contend", String.valueOf(processes))))),
        List.of(
            Bar.atLeast("ProcessLock", 0.7, C),
            Bar.factAtLeast("ProcessLock", "least share", 0.25)));
  }

  private static Queues.Closing session(int processes, long nanos) {
    ProcessLock lock = ProcessLock.create();
    String name = "/interlock-bench-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    SharedMemory memory = SharedMemory.create(name, Long.BYTES);
    Party[] parties =
        Stream.generate(() -> JvmParty.start(new Rival(lock, name)))
            .limit(processes)
            .toArray(Party[]::new);
    return new Queues.Closing(
        PartySession.timed(Judge.contention(processes), nanos, parties),
        lock,
        memory::unlink,
        memory);
  }

  /**
   * Counts under the lock, in two steps that only the lock keeps together; as the peer in C does.
   */
  private static final class Rival implements Role {
    private static final long serialVersionUID = 1;

    private final ProcessLock lock;
    private final String name;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient SharedMemory memory;

    Rival(ProcessLock lock, String name) {
      this.lock = lock;
      this.name = name;
    }

    @Override
    public void open() {
      memory = SharedMemory.open(name);
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      ByteBuffer count = memory.buffer();
      order.await();
      long end = order.start() + order.amount();
      long done = 0;
      do {
        for (int i = 0; i < CALLS_FOR_EACH_LOOK_AT_THE_CLOCK; i++) {
          lock.lock();
          try {
            count.putLong(0, count.getLong(0) + 1);
          } finally {
            lock.unlock();
          }
        }
        done += CALLS_FOR_EACH_LOOK_AT_THE_CLOCK;
      } while (System.nanoTime() < end);
      lock.lock();
      try {
        return Outcome.of(order.start(), done, count.getLong(0));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
