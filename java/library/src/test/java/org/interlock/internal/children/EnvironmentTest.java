package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void setsAndRemoves() {
    Map<String, String> changes = new HashMap<>(Map.of("B", "two", "C", "=3=", "EMPTY", ""));
    changes.put("A", null);
    assertThat(Environment.changes(Set.of(), changes))
        .containsExactlyInAnyOrder("A", "B=two", "C==3=", "EMPTY=");
  }

  @Test
  void removesUnlessItIsSetAgain() {
    assertThat(Environment.changes(Set.of("OPTS"), Map.of())).containsExactly("OPTS");
    assertThat(Environment.changes(Set.of("OPTS"), Map.of("OPTS", "-Dy")))
        .containsExactly("OPTS=-Dy");
  }
}
