package org.interlock.bench.harness;

/** A round whose counts or checksums are wrong. It is no round: nothing is reported of it. */
public final class WrongResult extends Exception {
  private static final long serialVersionUID = 1;

  public WrongResult(String what) {
    super(what);
  }

  /** Refuses a round unless two numbers agree. */
  public static void unless(String what, long expected, long actual) throws WrongResult {
    if (expected != actual) {
      throw new WrongResult(what + ": " + actual + ", should be " + expected);
    }
  }
}
