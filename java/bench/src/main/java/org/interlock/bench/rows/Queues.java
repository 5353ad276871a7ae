package org.interlock.bench.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Party;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;
import org.interlock.bench.harness.Sample;
import org.interlock.bench.harness.Scale;
import org.interlock.bench.harness.Session;

/** Contenders that are a queue between JVMs. */
final class Queues {
  static final int SIZE = 64;

  /** Of items of that size, about what Agrona's ring holds. */
  static final int CAPACITY = 10_000;

  private Queues() {}

  /** Items one by one, counted. */
  static <E> Contender singles(
      String name, Items<E> items, int producers, int consumers, Supplier<ProcessQueue<E>> queues) {
    return singles(name, Judge.transfer(producers), items, producers, consumers, queues);
  }

  /** Items of some size one by one, in gigabytes. */
  static Contender large(String name, int size, Supplier<ProcessQueue<byte[]>> queues) {
    return singles(name, Judge.gigabytes(Judge.transfer(1), size), Items.bytes(size), 1, 1, queues);
  }

  private static <E> Contender singles(
      String name,
      Judge judge,
      Items<E> items,
      int producers,
      int consumers,
      Supplier<ProcessQueue<E>> queues) {
    return new Contender(
        name,
        scale -> {
          ProcessQueue<E> queue = queues.get();
          ProcessLong done = ProcessLong.create(0);
          List<Role> roles = new ArrayList<>();
          for (int i = 0; i < producers; i++) {
            roles.add(new QueueRoles.Producer<>(queue, items, done, producers, consumers));
          }
          for (int i = 0; i < consumers; i++) {
            roles.add(new QueueRoles.Consumer<>(queue, items));
          }
          return new Closing(transfer(judge, roles), queue, done);
        });
  }

  static PartySession transfer(Judge judge, List<Role> roles) {
    return PartySession.counted(judge, roles.stream().map(JvmParty::start).toArray(Party[]::new));
  }

  /** A session, and what is to be closed after it. */
  record Closing(Session session, List<AutoCloseable> rest) implements Session {
    Closing(Session session, AutoCloseable... rest) {
      this(session, List.of(rest));
    }

    @Override
    public void warmUp(Scale scale) throws Exception {
      session.warmUp(scale);
    }

    @Override
    public Sample round(Scale scale) throws Exception {
      return session.round(scale);
    }

    @Override
    public void close() throws Exception {
      session.close();
      for (AutoCloseable each : rest) {
        each.close();
      }
    }
  }
}
