package org.interlock.internal.look;

/** {@code il_space}: a name means one thing in each. */
public enum Space {
  /** Segments of Interlock. */
  OBJECTS,
  /** Semaphores that {@code sem_open} knows, whoever made them. */
  SEMAPHORES;

  private static final Space[] ALL = values();

  static Space of(int number) {
    return ALL[number];
  }
}
