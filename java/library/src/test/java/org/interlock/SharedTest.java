package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names and lifetimes: what is the same for every kind of object. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class SharedTest {
  private static final String ALLOWED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

  @RegisterExtension final SharedMemory names = new SharedMemory();

  private static final List<Function<String, Object>> USES =
      List.of(
          ProcessLock::open,
          ProcessLock::find,
          name -> ProcessLong.open(name, 0),
          ProcessLong::find,
          Shared::unlink);

  @Property(tries = 200)
  void aNameOutsideTheRuleIsRefused(@ForAll("badNames") String name) {
    for (Function<String, Object> use : USES) {
      assertThatThrownBy(() -> use.apply(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 200 characters")
          .hasMessageContaining(name);
    }
  }

  @Provide
  Arbitrary<String> badNames() {
    StringArbitrary allowed = Arbitraries.strings().withChars(ALLOWED.toCharArray());
    return Arbitraries.oneOf(
        Arbitraries.of("", "/", "a/b", "..\u0000", "~anonymous", "a b", "\u00e4", "\n"),
        allowed.ofMinLength(201).ofMaxLength(300),
        Arbitraries.strings()
            .ofMinLength(1)
            .filter(text -> !text.chars().allMatch(c -> ALLOWED.indexOf(c) >= 0)));
  }

  @Property(tries = 100)
  void aNameWithinTheRuleIsTheName(@ForAll("goodNames") String suffix) {
    String unique = "test-" + ProcessHandle.current().pid() + "-";
    String name = (unique + suffix).substring(0, Math.min(200, unique.length() + suffix.length()));
    try (ProcessLong number = ProcessLong.open(name, 1)) {
      assertThat(number.name()).isEqualTo(name);
      assertThat(number.isAnonymous()).isFalse();
    } finally {
      assertThat(Shared.unlink(name)).isTrue();
    }
  }

  @Provide
  Arbitrary<String> goodNames() {
    return Arbitraries.strings().withChars(ALLOWED.toCharArray()).ofMaxLength(200);
  }

  @Test
  void nullIsRefused() {
    for (Function<String, Object> use : USES) {
      assertThatThrownBy(() -> use.apply(null)).isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void aNameOfAnotherKindIsRefusedAndNotHarmed() {
    String name = names.name();
    try (ProcessLong number = ProcessLong.open(name, 9)) {
      assertThatThrownBy(() -> ProcessLock.open(name))
          .isInstanceOf(IncompatibleObjectException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("ProcessLock")
          .hasMessageContaining("ProcessLong");
      assertThatThrownBy(() -> ProcessLock.find(name))
          .isInstanceOf(IncompatibleObjectException.class);
      assertThat(number.get()).isEqualTo(9);
    }
  }

  @Test
  void findNeverCreates() {
    String name = names.name();
    assertThat(ProcessLock.find(name)).isEmpty();
    assertThat(SharedMemory.exists(name)).isFalse();
    try (ProcessLock lock = ProcessLock.open(name);
        ProcessLock found = ProcessLock.find(name).orElseThrow()) {
      assertThat(found).isEqualTo(lock);
    }
  }

  @Test
  void anAnonymousObjectIsGoneWithItsLastHandle() {
    ProcessLock lock = ProcessLock.create();
    assertThat(lock.isAnonymous()).isTrue();
    assertThat(lock.name()).startsWith("~");
    assertThat(SharedMemory.exists(lock.name())).isTrue();
    assertThat(ProcessLock.create()).isNotEqualTo(lock).satisfies(ProcessLock::close);
    lock.close();
    assertThat(SharedMemory.exists(lock.name())).isFalse();
  }

  @Test
  void aNameStaysUntilItIsUnlinked() {
    String name = names.name();
    ProcessLock lock = ProcessLock.open(name);
    lock.close();
    assertThat(SharedMemory.exists(name)).isTrue();
    lock.unlink();
    assertThat(SharedMemory.exists(name)).isFalse();
    lock.unlink();
    assertThat(Shared.unlink(name)).isFalse();
  }

  @Test
  void unlinkingLeavesHandlesAloneAndFreesTheName() {
    String name = names.name();
    try (ProcessLong old = ProcessLong.open(name, 1)) {
      old.unlink();
      assertThat(old.addAndGet(1)).isEqualTo(2);
      try (ProcessLong fresh = ProcessLong.open(name, 10)) {
        assertThat(fresh.get()).isEqualTo(10);
        assertThat(fresh).isNotEqualTo(old);
        old.unlink(); // no longer its name
        assertThat(SharedMemory.exists(name)).isTrue();
        assertThat(old.get()).isEqualTo(2);
      }
    }
    assertThat(Shared.unlink(name)).isTrue();
  }

  @Test
  void canBeOpenedAgainAfterClosing() {
    String name = names.name();
    for (int i = 1; i <= 50; i++) {
      try (ProcessLong number = ProcessLong.open(name, 0);
          ProcessLock lock = ProcessLock.create()) {
        lock.lock();
        assertThat(number.addAndGet(1)).isEqualTo(i);
        lock.unlock();
      }
    }
  }
}
