package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativePlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux,    amd64,   false, linux-x86-64,        libinterlock.so",
    "Linux,    x86_64,  false, linux-x86-64,        libinterlock.so",
    "LINUX,    AMD64,   false, linux-x86-64,        libinterlock.so",
    "Linux,    aarch64, false, linux-aarch64,       libinterlock.so",
    "Linux,    arm64,   false, linux-aarch64,       libinterlock.so",
    "Linux,    amd64,   true,  linux-x86-64-musl,   libinterlock.so",
    "Linux,    aarch64, true,  linux-aarch64-musl,  libinterlock.so",
    "Mac OS X, x86_64,  false, darwin-x86-64,       libinterlock.dylib",
    "Mac OS X, aarch64, false, darwin-aarch64,      libinterlock.dylib",
    "Darwin,   arm64,   false, darwin-aarch64,      libinterlock.dylib",
  })
  void isChosenByNamesAndLibc(
      String system, String architecture, boolean musl, String prefix, String library) {
    NativePlatform platform = NativePlatform.of(system, architecture, musl);
    assertThat(platform.prefix()).isEqualTo(prefix);
    assertThat(platform.libraryName()).isEqualTo(library);
  }

  @ParameterizedTest
  @CsvSource({
    "Windows 11, amd64,   false",
    "Linux,      riscv64, false",
    "Linux,      x86,     true",
    "FreeBSD,    amd64,   false",
    "Mac OS X,   ppc,     false",
    "'',         '',      false",
  })
  void anotherSystemIsNamedAndSoAreThoseThatWork(String system, String architecture, boolean musl) {
    assertThatThrownBy(() -> NativePlatform.of(system, architecture, musl))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining(system + " " + architecture + (musl ? " with musl" : ""))
        .hasMessageContaining(
            "linux-x86-64, linux-aarch64, linux-x86-64-musl, linux-aarch64-musl, darwin-x86-64,"
                + " darwin-aarch64");
  }

  @ParameterizedTest
  @CsvSource({
    "/lib/ld-musl-x86_64.so.1,               true",
    "/lib/ld-musl-aarch64.so.1,              true",
    "/lib/libc.musl-x86_64.so.1,             true",
    "/usr/lib/libc.so,                       true",
    "/usr/lib/x86_64-linux-gnu/libc.so.6,    false",
    "/lib/x86_64-linux-gnu/libc-2.31.so,     false",
    "/lib/x86_64-linux-gnu/ld-2.31.so,       false",
    "/home/ld-musl-x86_64.so.1/a.jar,        false",
    "/home/me/libc.so.jar,                   false",
    "[heap],                                 false",
    "'',                                     false",
  })
  void muslIsKnownByItsLoader(String mapped, boolean musl) {
    String heap = "7f12c0000000-7f12c0021000 rw-p 00000000 00:00 0";
    String file = "7f12c7e2c000-7f12c7e2d000 r--p 00000000 08:01 131 " + mapped;
    assertThat(NativePlatform.isLoadedByMusl(Stream.of(heap, file))).isEqualTo(musl);
  }

  @Test
  void whatIsNotMappedIsNotMusl() {
    assertThat(NativePlatform.isLoadedByMusl(Stream.empty())).isFalse();
  }
}
