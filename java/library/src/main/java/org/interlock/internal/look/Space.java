package org.interlock.internal.look;

/** {@code il_space}: a name means one thing in each. */
public enum Space {
  /** Segments of Interlock. */
  OBJECTS(0),
  /** Semaphores that {@code sem_open} knows, whoever made them. */
  SEMAPHORES(1);

  private static final Space[] ALL = values();

  private final int number;

  Space(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static Space of(int number) {
    return ALL[number];
  }
}
