package org.interlock.bench.rows;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.AgronaPeer;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PipePeer;

/** A question to another process and its answer. */
final class RoundTripBench {
  /** Long enough that whoever waits for the question sleeps. */
  private static final int PAUSE_MICROS = 300;

  private static final long PAUSE = PAUSE_MICROS * 1000L;
  private static final int MOST = 200_000;

  private RoundTripBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "round-trip",
            "round-trip",
            "round trip, one after the other",
            Unit.MICROSECONDS,
            List.of(
                queue("ProcessQueue", 0),
                AgronaPeer.roundTrips("Agrona, spinning", AgronaPeer.Kind.ONE_TO_ONE),
                PipePeer.roundTrips("pipe", 0, MOST),
                NativePeer.c("C pipe", Judge.roundTrips(), "pipe-round-trip", "0")),
            List.of(Bar.atMost("ProcessQueue", 2, "Agrona, spinning"))),
        new Row(
            "round-trip",
            "round-trip-asleep",
            "round trip to a process that sleeps",
            Unit.MICROSECONDS,
            List.of(
                queue("ProcessQueue", PAUSE),
                PipePeer.roundTrips("pipe", PAUSE, MOST),
                NativePeer.c(
                    "C pipe", Judge.roundTrips(), "pipe-round-trip", String.valueOf(PAUSE_MICROS)),
                NativePeer.c(
                    "C sem_t",
                    Judge.roundTrips(),
                    "semaphore-round-trip",
                    String.valueOf(PAUSE_MICROS))),
            List.of(Bar.atMost("ProcessQueue", 1.2, "pipe"))));
  }

  private static Contender queue(String name, long pause) {
    return new Contender(
        name,
        scale -> {
          ProcessQueue<byte[]> there = ProcessQueue.create(Codec.bytes(), 10);
          ProcessQueue<byte[]> back = ProcessQueue.create(Codec.bytes(), 10);
          return new Queues.Closing(
              PartySession.counted(
                  Judge.roundTrips(),
                  MOST,
                  JvmParty.start(new Caller(there, back, pause)),
                  JvmParty.start(new Answerer(there, back))),
              there,
              back);
        });
  }

  private record Caller(ProcessQueue<byte[]> there, ProcessQueue<byte[]> back, long pause)
      implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      Items<byte[]> items = Items.bytes(Queues.SIZE);
      Histogram latencies = Outcome.newHistogram();
      long sum = 0;
      order.await();
      long start = System.nanoTime();
      for (long i = 0; i < order.amount(); i++) {
        Order.pause(pause);
        long sent = System.nanoTime();
        there.put(items.make(i));
        byte[] answer = back.take();
        latencies.recordValue(System.nanoTime() - sent);
        sum += items.numberOf(answer);
      }
      return Outcome.of(start, order.amount(), sum).with(latencies);
    }
  }

  private record Answerer(ProcessQueue<byte[]> there, ProcessQueue<byte[]> back) implements Role {
    @Override
    public Outcome round(Order order) throws InterruptedException {
      for (long i = 0; i < order.amount(); i++) {
        back.put(there.take());
      }
      return Outcome.of(order.start(), order.amount(), 0);
    }
  }
}
