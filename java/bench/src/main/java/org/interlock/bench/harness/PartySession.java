package org.interlock.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Parties in processes of their own that begin each round at the same moment. */
public final class PartySession implements Session {
  /** For all to have read their orders. */
  private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(3);

  private static final long LARGEST_AMOUNT = 200_000_000;

  private enum Kind {
    COUNTED,
    EXACT,
    TIMED
  }

  private final List<Party> parties;
  private final Judge judge;
  private final Kind kind;
  private final long most;
  private long amount;

  private PartySession(List<Party> parties, Judge judge, Kind kind, long amount, long most) {
    this.parties = parties;
    this.judge = judge;
    this.kind = kind;
    this.amount = amount;
    this.most = most;
  }

  /** Rounds of as many operations as last about as long as the scale says. */
  public static PartySession counted(Judge judge, Party... parties) {
    return new PartySession(List.of(parties), judge, Kind.COUNTED, 100, LARGEST_AMOUNT);
  }

  /** The same, but never more operations than these. */
  public static PartySession counted(Judge judge, long most, Party... parties) {
    return new PartySession(List.of(parties), judge, Kind.COUNTED, Math.min(100, most), most);
  }

  /** Rounds of always as many operations, and no warm-up. */
  public static PartySession exactly(Judge judge, long amount, Party... parties) {
    return new PartySession(List.of(parties), judge, Kind.EXACT, amount, amount);
  }

  /** Rounds of a given time: the parties do what they can. */
  public static PartySession timed(Judge judge, long nanos, Party... parties) {
    return new PartySession(List.of(parties), judge, Kind.TIMED, nanos, nanos);
  }

  @Override
  public void warmUp(Scale scale) throws Exception {
    long target = scale.round().toNanos();
    long deadline = System.nanoTime() + scale.warmUp().toNanos();
    if (kind == Kind.EXACT) {
      return;
    }
    if (kind == Kind.TIMED) {
      do {
        play(new Order(Math.min(amount, target), System.nanoTime() + LEAD));
      } while (System.nanoTime() - deadline < 0);
      return;
    }
    for (; ; ) {
      long nanos = Judge.nanos(play());
      boolean late = System.nanoTime() - deadline > 0;
      double factor = Math.min(10, Math.max(0.1, (double) target / nanos));
      if (late && (factor < 3 || amount == most)) {
        amount = limit((long) (amount * factor));
        return;
      }
      amount = limit((long) (amount * factor));
    }
  }

  private long limit(long wanted) {
    return Math.max(1, Math.min(most, wanted));
  }

  @Override
  public Sample round(Scale scale) throws Exception {
    Order order = next();
    return judge.judge(order, play(order));
  }

  private Order next() {
    return new Order(amount, System.nanoTime() + LEAD);
  }

  private List<Outcome> play() throws Exception {
    return play(next());
  }

  private List<Outcome> play(Order order) throws Exception {
    for (Party party : parties) {
      party.order(order);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Party party : parties) {
      outcomes.add(party.outcome());
    }
    return outcomes;
  }

  @Override
  public void close() throws Exception {
    for (Party party : parties) {
      party.close();
    }
  }
}
