package org.interlock.bench.rows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;
import org.interlock.ChildProcess;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.harness.WrongResult;
import org.interlock.bench.peers.NativePeer;

/** From the SIGKILL of a lock's owner to the lock in the hands of whoever waits for it. */
final class OwnerDeathBench {
  private OwnerDeathBench() {}

  static List<Row> rows(Scale scale) {
    int deaths = scale.choose(5, 1);
    return List.of(
        new Row(
            "owner-killed",
            "owner-killed",
            "next owner after the lock's owner is killed",
            Unit.MILLISECONDS,
            List.of(
                new Contender("ProcessLock", ignored -> new Deaths(deaths)),
                new Contender(
                    "C robust mutex",
                    ignored ->
                        PartySession.exactly(
                            Judge.latenciesOfAll(),
                            deaths,
                            NativePeer.startC("mutex-owner-killed")))),
            List.of(Bar.valueAtMost("ProcessLock", 1))));
  }

  private record Deaths(int count) implements Session {
    /** For the waiter to be asleep. */
    private static final long SETTLING = TimeUnit.MILLISECONDS.toNanos(30);

    @Override
    public Sample round(Scale scale) throws Exception {
      Histogram latencies = Outcome.newHistogram();
      for (int i = 0; i < count; i++) {
        latencies.recordValue(death());
      }
      return Judge.medianMillis(latencies);
    }

    private static long death() throws Exception {
      AtomicBoolean told = new AtomicBoolean();
      try (ProcessLock lock = ProcessLock.create();
          ProcessEvent held = ProcessEvent.create()) {
        lock.onOwnerDeath(death -> told.set(true));
        ChildProcess owner = ChildProcess.startDaemon(() -> hold(lock, held));
        held.await();
        CompletableFuture<Long> taken = CompletableFuture.supplyAsync(() -> take(lock));
        Order.pause(SETTLING);
        long killed = System.nanoTime();
        owner.kill();
        long latency = taken.get(1, TimeUnit.MINUTES) - killed;
        owner.join();
        if (!told.get() || latency < 0) {
          throw new WrongResult("the lock was taken while its owner lived");
        }
        return latency;
      }
    }

    private static long take(ProcessLock lock) {
      lock.lock();
      try {
        return System.nanoTime();
      } finally {
        lock.unlock();
      }
    }

    private static void hold(ProcessLock lock, ProcessEvent held) throws InterruptedException {
      lock.lock();
      try {
        held.set();
        Order.pause(TimeUnit.MINUTES.toNanos(1));
      } finally {
        lock.unlock();
      }
    }
  }
}
