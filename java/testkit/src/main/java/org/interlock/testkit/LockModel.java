package org.interlock.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reentrant lock that survives its owner and tells the next one, until an owner has given it back
 * properly. Operations: {@code lock}, which waits, and {@code tryLock}, with or without a time,
 * answer {@code locked}, {@code locked after a death} or (the second) {@code busy}; {@code unlock}
 * answers {@code unlocked} or {@code not the owner}.
 */
public record LockModel() implements Model<LockModel.State> {

  /**
   * Its state.
   *
   * @param owner who has it
   * @param holds how many times
   * @param died whether an owner died, and none has unlocked it since
   */
  public record State(@Nullable Party owner, int holds, boolean died) {}

  /** Makes one that nobody has. */
  public LockModel {}

  @Override
  public State initial() {
    return new State(null, 0, false);
  }

  @Override
  public List<Outcome<State>> outcomes(State state, Party party, Operation operation) {
    boolean mine = party.equals(state.owner());
    boolean free = state.owner() == null;
    return switch (operation.name()) {
      case "lock" -> free || mine ? locked(state, party) : List.of();
      case "tryLock" -> free || mine ? locked(state, party) : Model.only("busy", state);
      case "unlock" -> mine ? unlocked(state) : Model.only("not the owner", state);
      default -> throw Model.unknown(this, operation);
    };
  }

  private static List<Outcome<State>> locked(State state, Party party) {
    return Model.only(
        state.died() ? "locked after a death" : "locked",
        new State(party, state.holds() + 1, state.died()));
  }

  private static List<Outcome<State>> unlocked(State state) {
    boolean last = state.holds() == 1;
    return Model.only(
        "unlocked",
        new State(last ? null : state.owner(), state.holds() - 1, !last && state.died()));
  }

  @Override
  public State afterDeath(State state, Party party) {
    return party.equals(state.owner()) ? new State(null, 0, true) : state;
  }
}
