package org.interlock.labs.timeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names for people: an anonymous object is its class, with a number if there are several. */
final class Labels {
  private static final String ANONYMOUS = "~";

  private final Map<String, String> objects = new HashMap<>();

  Labels(List<Entry> entries) {
    Map<String, Map<String, Integer>> byType = new TreeMap<>();
    for (Entry entry : entries) {
      if (entry.object().startsWith(ANONYMOUS)) {
        Map<String, Integer> numbers =
            byType.computeIfAbsent(entry.type(), type -> new HashMap<>());
        numbers.putIfAbsent(nameOf(entry), numbers.size() + 1);
      }
    }
    byType.forEach(
        (type, numbers) ->
            numbers.forEach(
                (object, number) ->
                    objects.put(object, numbers.size() == 1 ? type : type + " " + number)));
  }

  /** Which end of a pipe it is stands behind its name. */
  private static String nameOf(Entry entry) {
    return entry.object().split(" ", 2)[0];
  }

  String object(Entry entry) {
    String name = entry.object();
    if (name.startsWith(ANONYMOUS)) {
      String anonymous = nameOf(entry);
      return objects.getOrDefault(anonymous, anonymous) + name.substring(anonymous.length());
    }
    return name.startsWith("#") || name.isEmpty() ? entry.type() : entry.type() + " " + name;
  }

  String call(Entry entry) {
    String receiver = entry.type().equals("Lesson") ? "" : object(entry) + ".";
    return receiver + entry.method() + "(" + entry.value() + ")";
  }

  /** Of an item its name says what is held. */
  String held(Entry taken) {
    if (!taken.type().equals("JoinableQueue")) {
      return object(taken);
    }
    boolean delivery = taken.method().equals("receive");
    String value = taken.value();
    return object(taken) + ": " + (delivery ? value.substring(value.indexOf(' ') + 1) : value);
  }
}
