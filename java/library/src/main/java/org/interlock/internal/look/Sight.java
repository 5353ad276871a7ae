package org.interlock.internal.look;

/** {@code il_sight}: how much can be said of a file that is named like an object. */
public enum Sight {
  /** It is one. */
  WHOLE,
  /** It is being made, or whoever made it died. */
  UNREADY,
  /** Of another build or pid namespace, or of a kind that is not known here. */
  STRANGE,
  /** It may not be read. */
  CLOSED,
  /** It is none, or not any more. */
  DAMAGED;

  private static final Sight[] ALL = values();

  static Sight of(int number) {
    return ALL[number];
  }
}
