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
    if (kind == Kind.EXACT) {
      return;
    }
    long target = scale.round().toNanos();
    // The first round lasts as long as the parties need to start: it says nothing of their speed.
    play(amount);
    long deadline = System.nanoTime() + scale.warmUp().toNanos();
    if (kind == Kind.TIMED) {
      do {
        play(Math.min(amount, target));
      } while (System.nanoTime() - deadline < 0);
      return;
    }
    for (; ; ) {
      long nanos = play(amount).nanos();
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
    return play(amount).sample();
  }

  private record Played(Sample sample, long nanos) {}

  /** Warm-ups are checked as well. */
  private Played play(long much) throws Exception {
    Order order = new Order(much, System.nanoTime() + LEAD);
    for (Party party : parties) {
      party.order(order);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Party party : parties) {
      outcomes.add(party.outcome());
    }
    return new Played(judge.judge(order, outcomes), Judge.nanos(outcomes));
  }

  @Override
  public void close() throws Exception {
    for (Party party : parties) {
      party.close();
    }
  }
}
