package org.interlock.testkit;

import java.util.List;

/**
 * An event. Operations: {@code set} and {@code clear} answer {@code ok}; {@code isSet}, and {@code
 * await} with a time, answer {@code true} or {@code false}.
 */
public record EventModel() implements Model<Boolean> {

  /** Makes one that is not set. */
  public EventModel {}

  @Override
  public Boolean initial() {
    return false;
  }

  @Override
  public List<Outcome<Boolean>> outcomes(Boolean state, Party party, Operation operation) {
    return switch (operation.name()) {
      case "set" -> Model.only("ok", true);
      case "clear" -> Model.only("ok", false);
      case "isSet", "await" -> Model.only(String.valueOf(state), state);
      default -> throw Model.unknown(this, operation);
    };
  }
}
