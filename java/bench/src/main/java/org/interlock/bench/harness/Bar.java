package org.interlock.bench.harness;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a contender has to reach: a multiple of another's figure in the same round, or a value.
 *
 * @param contender whose figure
 * @param fact the name of the fact that is judged; null is the value itself
 * @param most whether the limit is the most that is allowed, or the least
 * @param limit the factor, or the value if there is no reference
 * @param reference the contender it is compared with, null for none
 */
public record Bar(
    String contender,
    @Nullable String fact,
    boolean most,
    double limit,
    @Nullable String reference) {

  public static Bar atMost(String contender, double factor, String reference) {
    return new Bar(contender, null, true, factor, reference);
  }

  public static Bar atLeast(String contender, double factor, String reference) {
    return new Bar(contender, null, false, factor, reference);
  }

  public static Bar valueAtMost(String contender, double value) {
    return new Bar(contender, null, true, value, null);
  }

  /** The same bar for another figure of the contender. */
  public Bar of(String otherFact) {
    return new Bar(contender, otherFact, most, limit, reference);
  }

  public static Bar factAtLeast(String contender, String fact, double value) {
    return new Bar(contender, fact, false, value, null);
  }

  public static Bar factAtMost(String contender, String fact, double value) {
    return new Bar(contender, fact, true, value, null);
  }

  boolean metBy(double ratio) {
    return most ? ratio <= limit : ratio >= limit;
  }

  /** The bar in words. */
  public String text(Unit unit) {
    StringBuilder text = new StringBuilder(contender);
    if (fact != null) {
      text.append(", ").append(fact);
    }
    text.append(most ? " ≤ " : " ≥ ");
    if (reference != null) {
      text.append(number(limit)).append(" × ").append(reference);
    } else {
      text.append(fact == null ? unit.format(limit) : number(limit));
    }
    return text.toString();
  }

  private static String number(double value) {
    if (value > 0 && value < 0.5 && Math.abs(Math.rint(1 / value) - 1 / value) < 1e-9) {
      return "1/" + Math.round(1 / value);
    }
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.3g", value)
        .replaceFirst("(\\.\\d*?)0+$", "$1")
        .replaceFirst("\\.$", "");
  }
}
