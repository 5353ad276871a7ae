package org.interlock.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Checks what the parties of a round did, and makes a figure of it. */
@FunctionalInterface
public interface Judge {
  Sample judge(Order order, List<Outcome> outcomes) throws WrongResult, MissingPeer;

  /** From the first start to the last end. */
  static long nanos(List<Outcome> outcomes) {
    long start = outcomes.stream().mapToLong(Outcome::start).min().orElseThrow();
    long end = outcomes.stream().mapToLong(Outcome::end).max().orElseThrow();
    return Math.max(1, end - start);
  }

  /** One party: nanoseconds for each operation; as many checks as operations. */
  static Judge nanosPerCall() {
    return (order, outcomes) -> {
      Outcome only = outcomes.get(0);
      WrongResult.unless("operations", order.amount(), only.operations());
      WrongResult.unless("checked operations", only.operations(), only.checksum());
      return Sample.of((double) nanos(outcomes) / only.operations());
    };
  }

  /**
   * Senders first, then receivers: items for each second; as many received as sent, and the sums of
   * what was in them agree.
   */
  static Judge transfer(int senders) {
    return (order, outcomes) -> {
      long[] sent = totals(outcomes.subList(0, senders));
      long[] received = totals(outcomes.subList(senders, outcomes.size()));
      WrongResult.unless("items sent", order.amount() * senders, sent[0]);
      WrongResult.unless("items received", sent[0], received[0]);
      WrongResult.unless("checksum of what was received", sent[1], received[1]);
      return Sample.of(received[0] * 1e9 / nanos(outcomes));
    };
  }

  /** The same in one program, whose senders number their items from 0. */
  static Judge transferInside(int senders) {
    return (order, outcomes) -> {
      Outcome only = outcomes.get(0);
      WrongResult.unless("items", order.amount() * senders, only.operations());
      WrongResult.unless("checksum", sumBelow(order.amount()) * senders, only.checksum());
      return Sample.of(only.operations() * 1e9 / nanos(outcomes));
    };
  }

  /** Gigabytes for each second, of what counts items of some size. */
  static Judge gigabytes(Judge items, long size) {
    return (order, outcomes) -> Sample.of(items.judge(order, outcomes).value() * size / 1e9);
  }

  /** There and back: the median, in microseconds, and the latencies. */
  static Judge roundTrips() {
    return (order, outcomes) -> {
      Outcome only = outcomes.get(0);
      WrongResult.unless("checksum", sumBelow(only.operations()), only.checksum());
      return medianMicros(only.latencies());
    };
  }

  /** The median in microseconds. */
  private static Sample medianMicros(Histogram latencies) {
    return new Sample(latencies.getValueAtPercentile(50) / 1e3, Map.of(), latencies);
  }

  /** The same in milliseconds. */
  static Sample medianMillis(Histogram latencies) {
    return new Sample(latencies.getValueAtPercentile(50) / 1e6, Map.of(), latencies);
  }

  /** The median in milliseconds of as many latencies as were ordered, each of them checked. */
  static Judge latenciesOfAll() {
    return (order, outcomes) -> {
      Outcome only = outcomes.get(0);
      WrongResult.unless("operations", order.amount(), only.operations());
      WrongResult.unless("checked operations", only.operations(), only.checksum());
      Histogram latencies = only.latencies();
      WrongResult.unless("latencies", only.operations(), latencies.getTotalCount());
      return medianMillis(latencies);
    };
  }

  /**
   * Pairs for each second; the least that a process did, as a part of its fair share. The checksums
   * are what was counted under the lock in all rounds so far.
   */
  static Judge contention(int processes) {
    AtomicLong before = new AtomicLong();
    return (order, outcomes) -> {
      List<Long> shares = new ArrayList<>();
      for (Outcome outcome : outcomes) {
        if (outcome.extras().length == 0) {
          shares.add(outcome.operations());
        }
        for (long share : outcome.extras()) {
          shares.add(share);
        }
      }
      WrongResult.unless("processes", processes, shares.size());
      long total = shares.stream().mapToLong(Long::longValue).sum();
      long counted = outcomes.stream().mapToLong(Outcome::checksum).max().orElseThrow();
      WrongResult.unless("counted under the lock", total, counted - before.getAndSet(counted));
      double least = shares.stream().mapToLong(Long::longValue).min().orElseThrow();
      return Sample.of(
          total * 1e9 / nanos(outcomes), Map.of("least share", least * processes / total));
    };
  }

  private static long[] totals(List<Outcome> outcomes) {
    return new long[] {
      outcomes.stream().mapToLong(Outcome::operations).sum(),
      outcomes.stream().mapToLong(Outcome::checksum).sum()
    };
  }

  private static long sumBelow(long count) {
    return count * (count - 1) / 2;
  }
}
