package org.interlock.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lengths of time on the command line and on the screen. */
final class Times implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|)");
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final int MILLIS_DIGITS = 3;

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no length of time: write 500ms, 10s, 1.5m or 2h");
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    BigDecimal seconds =
        switch (matcher.group(2)) {
          case "ms" -> number.movePointLeft(MILLIS_DIGITS);
          case "m" -> number.multiply(BigDecimal.valueOf(MINUTE));
          case "h" -> number.multiply(BigDecimal.valueOf(HOUR));
          default -> number;
        };
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  /** Two digits or so: 7s, 12m, 3h, 5d. */
  static String brief(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 2 * MINUTE) {
      return seconds + "s";
    }
    if (seconds < 2 * HOUR) {
      return seconds / MINUTE + "m";
    }
    return seconds < 2 * DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
  }

  /** 8K, 1.5M. */
  static String bytes(long bytes) {
    String units = "BKMGT";
    double number = bytes;
    int unit = 0;
    while (number >= 1024 && unit < units.length() - 1) {
      number /= 1024;
      unit++;
    }
    String form = unit == 0 || number >= 10 || number == Math.rint(number) ? "%.0f%c" : "%.1f%c";
    return String.format(Locale.ROOT, form, number, units.charAt(unit));
  }
}
