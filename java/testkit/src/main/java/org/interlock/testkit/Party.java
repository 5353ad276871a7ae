package org.interlock.testkit;

/**
 * Who did something: a process, from its start to its death. The replacement of a killed worker is
 * another party: after {@code A} comes {@code A2}.
 *
 * @param worker which worker, from 0
 * @param life how many processes there were of this worker, with this one
 */
public record Party(int worker, int life) {

  /**
   * The first process of a worker.
   *
   * @param worker which worker, from 0
   * @return the party
   */
  public static Party first(int worker) {
    return new Party(worker, 1);
  }

  /**
   * Who comes after it is killed.
   *
   * @return the party
   */
  public Party next() {
    return new Party(worker, life + 1);
  }

  static String letter(int worker) {
    return worker < 26 ? String.valueOf((char) ('A' + worker)) : "W" + worker;
  }

  @Override
  public String toString() {
    return life == 1 ? letter(worker) : letter(worker) + life;
  }
}
