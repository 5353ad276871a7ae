package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import org.interlock.ClosedObjectException;
import org.interlock.CorruptObjectException;
import org.interlock.IncompatibleObjectException;
import org.interlock.PosixException;
import org.interlock.QueueShutdownException;
import org.junit.jupiter.api.Test;

/** The codes of the native layer, here and there, and what becomes of each. */
class StatusTest {
  private static final String UNKNOWN = "IL_?";

  private static Map<Integer, String> constants() throws IllegalAccessException {
    Map<Integer, String> constants = new HashMap<>();
    for (Field field : Status.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
        constants.put(field.getInt(null), "IL_" + field.getName());
      }
    }
    return constants;
  }

  @Test
  void everyCodeHasTheSameNameHereAndThere() throws Exception {
    Map<Integer, String> constants = constants();
    int code = 0;
    for (; !HotCalls.statusName(code).equals(UNKNOWN); code++) {
      assertThat(constants.get(code)).isEqualTo(HotCalls.statusName(code));
    }
    assertThat(code).isGreaterThan(15);
    assertThat(constants).hasSize(code);
  }

  @Test
  void everyCodeIsHandled() {
    for (int code = 0; !HotCalls.statusName(code).equals(UNKNOWN); code++) {
      if (code == Status.LIMIT_HOLDS) {
        continue;
      }
      assertThat(Failures.of(code, "Thing[x]"))
          .as(HotCalls.statusName(code))
          .hasMessageContaining("Thing[x]")
          .hasMessageNotContaining("unknown status");
    }
    assertThat(Failures.of(200, "Thing[x]")).hasMessageContaining("unknown status");
  }

  @Test
  void theExceptionsAreThoseOfTheApi() {
    assertThat(Failures.of(Status.SHUT_DOWN, "q")).isInstanceOf(QueueShutdownException.class);
    assertThat(Failures.of(Status.TOO_LARGE, "q")).isInstanceOf(IllegalArgumentException.class);
    assertThat(Failures.of(Status.INVALID, "q")).isInstanceOf(IllegalArgumentException.class);
    assertThat(Failures.of(Status.NOT_OWNER, "l")).isInstanceOf(IllegalMonitorStateException.class);
    assertThat(Failures.of(Status.CLOSED, "l")).isInstanceOf(ClosedObjectException.class);
    assertThat(Failures.of(Status.CORRUPT, "l")).isInstanceOf(CorruptObjectException.class);
    assertThat(Failures.of(Status.INCOMPATIBLE, "l"))
        .isInstanceOf(IncompatibleObjectException.class);
    assertThat(Failures.of(Status.LIMIT_PROCESSES, "l"))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("512");
    assertThat(Failures.of(Status.FOREIGN, "l")).isInstanceOf(PosixException.class);
    assertThat(Failures.of(Status.SYSTEM, "l")).isInstanceOf(PosixException.class);
    assertThatThrownBy(() -> Failures.of(Status.LIMIT_HOLDS, "l"))
        .isInstanceOf(Error.class)
        .hasMessage("Maximum lock count exceeded");
  }

  @Test
  void valuesAreTakenApart() {
    long both = 7L << 32 | Status.NO_BYTES;
    assertThat(Status.countOf(both)).isEqualTo(7);
    assertThat(Status.statusOf(both)).isEqualTo(Status.NO_BYTES);
    assertThat(Status.isBlocked(Status.NO_BYTES)).isTrue();
    assertThat(Status.isBlocked(Status.SHUT_DOWN)).isFalse();
    assertThat(Status.code(Status.SYSTEM | 5 << 8 | 28 << 16)).isEqualTo(Status.SYSTEM);
    assertThat(HotCalls.statusErrno(Status.SYSTEM | 28 << 16)).isEqualTo(28);
  }
}
