package org.interlock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "10s, 10000", "10, 10000", "500ms, 500", "1.5m, 90000", "2h, 7200000"})
  void lengthsAreRead(String text, long millis) {
    assertThat(new Times().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1d", "1 s", "1e3", "9999999999s"})
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> new Times().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(text);
  }

  @Test
  void agesAndSizesAreBrief() {
    assertThat(Times.brief(Duration.ofSeconds(-3))).isEqualTo("0s");
    assertThat(Times.brief(Duration.ofSeconds(119))).isEqualTo("119s");
    assertThat(Times.brief(Duration.ofMinutes(7))).isEqualTo("7m");
    assertThat(Times.brief(Duration.ofHours(47))).isEqualTo("47h");
    assertThat(Times.brief(Duration.ofDays(9))).isEqualTo("9d");
    assertThat(Times.bytes(0)).isEqualTo("0B");
    assertThat(Times.bytes(8192)).isEqualTo("8K");
    assertThat(Times.bytes(1536)).isEqualTo("1.5K");
    assertThat(Times.bytes(15L << 20)).isEqualTo("15M");
    assertThat(Times.bytes(Long.MAX_VALUE)).isEqualTo("8388608T");
  }
}
