package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativePlatformTest {
  @ParameterizedTest
  @CsvSource({"Linux,amd64", "Linux,x86_64", "LINUX,AMD64"})
  void isChosenByNames(String system, String architecture) {
    NativePlatform platform = NativePlatform.of(system, architecture);
    assertThat(platform.prefix()).isEqualTo("linux-x86-64");
    assertThat(platform.libraryName()).isEqualTo("libinterlock.so");
  }

  @ParameterizedTest
  @CsvSource({"Windows 11,amd64", "Linux,riscv64", "'',''", "Mac OS X,aarch64"})
  void anotherSystemIsNamedAndSoAreThoseThatWork(String system, String architecture) {
    assertThatThrownBy(() -> NativePlatform.of(system, architecture))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining(system + " " + architecture)
        .hasMessageContaining("linux-x86-64");
  }
}
