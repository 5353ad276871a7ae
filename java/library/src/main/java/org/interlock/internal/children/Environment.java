package org.interlock.internal.children;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The environment of a child: its parent's, changed. */
final class Environment {
  private Environment() {}

  /**
   * The variables as "NAME=value".
   *
   * @param inherited the parent's
   * @param removed names that are not inherited
   * @param changes wins over both; null as a value removes
   */
  static List<String> of(
      Map<String, String> inherited, Set<String> removed, Map<String, @Nullable String> changes) {
    Map<String, @Nullable String> all = new HashMap<>(inherited);
    all.keySet().removeAll(removed);
    all.putAll(changes);
    List<String> variables = new ArrayList<>(all.size());
    all.forEach(
        (name, value) -> {
          if (value != null) {
            variables.add(name + '=' + value);
          }
        });
    return variables;
  }
}
