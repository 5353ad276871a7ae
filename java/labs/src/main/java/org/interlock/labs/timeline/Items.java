package org.interlock.labs.timeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.interlock.labs.timeline.Picture.Arrow;

/**
 * Which put an item that was taken comes from. Items are told apart by what they look like, and
 * among equal ones the first taken is the first put, as queues have it; one that is taken more
 * often than it was put was delivered again.
 */
final class Items {
  private static final Set<String> PUTTING = Set.of("put", "offer", "send");
  private static final Set<String> TAKING = Set.of("take", "poll", "receive");

  /** One end of an arrow. */
  private record Passage(int row, long nanos, Entry entry) {}

  private final Map<List<String>, List<Passage>> put = new HashMap<>();
  private final Map<List<String>, List<Passage>> taken = new HashMap<>();

  void passed(int row, Entry begin, Entry end) {
    if (!end.succeeded()) {
      return;
    }
    if (PUTTING.contains(begin.method())) {
      add(put, begin.value(), new Passage(row, begin.nanos(), begin));
    } else if (TAKING.contains(begin.method())) {
      boolean delivery = begin.type().equals("JoinableQueue") && begin.method().equals("receive");
      String item = delivery ? end.value().substring(end.value().indexOf(' ') + 1) : end.value();
      add(taken, item, new Passage(row, end.nanos(), end));
    }
  }

  /** Who was killed in a put may have put. */
  void neverReturned(int row, Entry begin) {
    if (PUTTING.contains(begin.method())) {
      add(put, begin.value(), new Passage(row, begin.nanos(), begin));
    }
  }

  private static void add(Map<List<String>, List<Passage>> to, String item, Passage passage) {
    to.computeIfAbsent(List.of(way(passage.entry()), item), key -> new ArrayList<>()).add(passage);
  }

  /** What goes into one end of a pipe comes out of the other: a way is known by where it begins. */
  private static String way(Entry entry) {
    String object = entry.object();
    if (!entry.type().equals("ProcessPipe") || PUTTING.contains(entry.method())) {
      return object;
    }
    String pipe = object.substring(0, object.indexOf(' '));
    return pipe + (object.endsWith(" left") ? " right" : " left");
  }

  List<Arrow> arrows(long origin, Labels labels) {
    List<Arrow> arrows = new ArrayList<>();
    taken.forEach(
        (key, takes) -> {
          List<Passage> puts = put.getOrDefault(key, List.of());
          for (int i = 0; i < takes.size() && !puts.isEmpty(); i++) {
            Passage from = puts.get(Math.min(i, puts.size() - 1));
            Passage to = takes.get(i);
            String queue = labels.object(to.entry());
            arrows.add(
                new Arrow(
                    from.row(),
                    from.nanos() - origin,
                    to.row(),
                    to.nanos() - origin,
                    key.get(1),
                    queue));
          }
        });
    return arrows;
  }
}
