package org.interlock.internal.look;

/** {@code il_reason} and {@code il_sleep}: what a thread sleeps for. */
public enum Sleep {
  NOT_EMPTY("an item or permit"),
  NOT_FULL("room"),
  ALL_DONE("everything to be done"),
  CHANGED("a change"),
  /** It does not sleep. */
  NONE(""),
  MUTEX("the lock"),
  CONDITION("a signal"),
  SEMAPHORE("a permit"),
  ELSEWHERE("something");

  private static final Sleep[] ALL = values();

  private final String reason;

  Sleep(String reason) {
    this.reason = reason;
  }

  /** In a few words, after "waits for". */
  public String reason() {
    return reason;
  }

  static Sleep of(int number) {
    return number < ALL.length ? ALL[number] : ELSEWHERE;
  }
}
