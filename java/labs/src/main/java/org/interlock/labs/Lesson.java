package org.interlock.labs;

import java.io.Serializable;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a lab needs to know of the way it was started; it travels into the lab's child processes.
 *
 * @param chinese whether the lab speaks Chinese, as the lesson it comes from does
 * @param haste what every pause is divided by
 * @param colour whether lines may be coloured
 */
public record Lesson(boolean chinese, int haste, boolean colour) implements Serializable {
  /** The colours the labs use, by what they stand for. */
  public enum Colour {
    PLAIN(""),
    MADE("44"),
    EATEN("45");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  /** Sleeps between the two times, at random. */
  public void pause(int fromMillis, int toMillis) throws InterruptedException {
    Thread.sleep(ThreadLocalRandom.current().nextInt(fromMillis, toMillis + 1) / haste);
  }

  /** Prints a line in the language of the lesson. */
  public void say(String english, String inChinese, Object... values) {
    say(Colour.PLAIN, english, inChinese, values);
  }

  /** Prints a coloured line in the language of the lesson. */
  public void say(Colour as, String english, String inChinese, Object... values) {
    String line = String.format(chinese ? inChinese : english, values);
    // One println is one write, so that lines of several processes do not mix.
    System.out.println(
        colour && as != Colour.PLAIN ? "\033[" + as.code + "m" + line + "\033[0m" : line);
  }

  /** A word in the language of the lesson. */
  public String word(String english, String inChinese) {
    return chinese ? inChinese : english;
  }
}
