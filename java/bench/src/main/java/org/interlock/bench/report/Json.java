package org.interlock.bench.report;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, numbers, strings, booleans and null as JSON. */
final class Json {
  private final StringBuilder text = new StringBuilder();

  private Json() {}

  static String of(@Nullable Object value) {
    Json json = new Json();
    json.write(value, 0);
    return json.text.append('\n').toString();
  }

  private void write(@Nullable Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      block('{', '}', map.entrySet().iterator(), depth, this::entry);
    } else if (value instanceof List<?> list) {
      block('[', ']', list.iterator(), depth, this::write);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      text.append("null");
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      string(value.toString());
    }
  }

  private interface Part<T> {
    void write(T part, int depth);
  }

  private <T> void block(char open, char close, Iterator<T> parts, int depth, Part<T> each) {
    text.append(open);
    for (boolean more = parts.hasNext(); more; ) {
      text.append('\n').append("  ".repeat(depth + 1));
      each.write(parts.next(), depth + 1);
      more = parts.hasNext();
      text.append(more ? "," : "\n" + "  ".repeat(depth));
    }
    text.append(close);
  }

  private void entry(Map.Entry<?, ?> entry, int depth) {
    string(String.valueOf(entry.getKey()));
    text.append(": ");
    write(entry.getValue(), depth);
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
