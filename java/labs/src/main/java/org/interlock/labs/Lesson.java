package org.interlock.labs;

import java.io.Serializable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a lab needs to know of the way it was started; it travels into the lab's child processes.
 *
 * @param chinese whether the lab speaks Chinese, as the lesson it comes from does
 * @param haste what every pause is divided by
 * @param colour whether lines may be coloured
 */
record Lesson(boolean chinese, int haste, boolean colour) implements Serializable {
  /** The colours the labs use, by what they stand for. */
  enum Colour {
    PLAIN(""),
    RED_LIGHT("31"),
    GREEN_LIGHT("32"),
    POLICE("33"),
    MADE("44"),
    EATEN("45");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  /** The pid of the process that asks. */
  static long pid() {
    return ProcessHandle.current().pid();
  }

  /** Sleeps between the two times, at random. */
  void pause(int fromMillis, int toMillis) throws InterruptedException {
    Thread.sleep(ThreadLocalRandom.current().nextInt(fromMillis, toMillis + 1) / haste);
  }

  /** Sleeps that long. */
  void pause(int millis) throws InterruptedException {
    Thread.sleep(hasten(millis));
  }

  /** How many milliseconds to wait at most, when the lesson says this many. */
  long hasten(int millis) {
    return millis / haste;
  }

  /** Prints a line in the language of the lesson. */
  void say(String english, String inChinese, @Nullable Object... values) {
    say(Colour.PLAIN, english, inChinese, values);
  }

  /** Prints a coloured line in the language of the lesson. */
  void say(Colour as, String english, String inChinese, @Nullable Object... values) {
    show(as, String.format(chinese ? inChinese : english, values));
  }

  private void show(Colour as, String line) {
    // One println is one write, so that lines of several processes do not mix.
    System.out.println(
        colour && as != Colour.PLAIN ? "\033[" + as.code + "m" + line + "\033[0m" : line);
  }

  /** Prints a line that is the same in both languages. */
  void print(String line, @Nullable Object... values) {
    say(line, line, values);
  }

  /** A word in the language of the lesson. */
  String word(String english, String inChinese) {
    return chinese ? inChinese : english;
  }
}
