package org.interlock.internal.children;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the environment of a child differs from its parent's. Only the changes pass through Java:
 * what is inherited stays as it is, byte by byte, also where the JVM cannot decode it.
 */
final class Environment {
  private Environment() {}

  /**
   * The changes as {@code il_spawn_options} wants them: "NAME=value" sets, "NAME" removes.
   *
   * @param removed names that are not inherited
   * @param changes wins over removed; null as a value removes
   */
  static List<String> changes(Set<String> removed, Map<String, @Nullable String> changes) {
    Map<String, @Nullable String> all = new HashMap<>();
    removed.forEach(name -> all.put(name, null));
    all.putAll(changes);
    List<String> result = new ArrayList<>(all.size());
    all.forEach((name, value) -> result.add(value == null ? name : name + '=' + value));
    return result;
  }
}
