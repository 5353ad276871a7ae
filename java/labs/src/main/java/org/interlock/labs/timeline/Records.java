package org.interlock.labs.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.interlock.labs.timeline.Picture.Arrow;
import org.interlock.labs.timeline.Picture.Bar;
import org.interlock.labs.timeline.Picture.End;
import org.interlock.labs.timeline.Picture.Kind;
import org.interlock.labs.timeline.Picture.Mark;
import org.interlock.labs.timeline.Picture.Row;

/** Makes a picture of what was recorded. */
final class Records {
  private static final String WORK = "pause";
  private static final String PRINTED = "show";

  /** What has no length worth a bar. */
  private static final Set<String> MOMENTS =
      Set.of("set", "clear", "signal", "broadcast", "shutdown", "terminate", "kill", "start");

  /** The main program, then its children in the order of their numbers. */
  private static final Comparator<Entry> BY_NAME =
      Comparator.<Entry>comparingInt(entry -> entry.object().length())
          .thenComparing(Entry::object)
          .thenComparing(Entry::pid);

  private final List<Entry> entries;
  private final long origin;
  private final Map<Long, Reading> processes = new LinkedHashMap<>();
  private final Map<Long, Long> kills = new HashMap<>();
  private final Items items = new Items();
  private final Labels labels;

  private Records(List<Entry> entries) {
    this.entries = entries;
    this.origin = entries.isEmpty() ? 0 : entries.get(0).nanos();
    this.labels = new Labels(entries);
  }

  static Picture picture(List<Entry> entries) {
    return new Records(entries).draw();
  }

  /** A process as far as it was read. */
  private final class Reading {
    private final Entry first;
    private final int row = processes.size();
    private final Holds holds = new Holds();
    private final Map<Long, Entry> underWay = new LinkedHashMap<>();
    private final List<Bar> bars = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private Entry last;

    Reading(Entry first) {
      this.first = first;
      this.last = first;
    }

    void read(Entry entry) {
      last = entry;
      if (entry.begins()) {
        underWay.put(entry.thread(), entry);
        holds.before(entry).forEach(hold -> add(Kind.HOLDING, hold, entry.nanos(), false));
        begin(entry);
      } else if (entry.ends()) {
        Entry begin = underWay.remove(entry.thread());
        if (begin != null) {
          end(begin, entry);
        }
        holds.after(entry);
      }
    }

    private void begin(Entry entry) {
      if (entry.method().equals(PRINTED)) {
        marks.add(new Mark(entry.nanos() - origin, entry.value()));
      } else if (MOMENTS.contains(entry.method()) && !entry.method().equals("start")) {
        marks.add(new Mark(entry.nanos() - origin, labels.call(entry)));
      }
      if (entry.method().equals("kill")) {
        kills.putIfAbsent(Long.valueOf(entry.object()), entry.nanos());
      }
    }

    private void end(Entry begin, Entry end) {
      if (begin.method().equals("start")) {
        marks.add(new Mark(end.nanos() - origin, "start " + end.value()));
      } else if (isBar(begin)) {
        add(kind(begin), begin, end.nanos(), false);
      }
      items.passed(row, begin, end);
    }

    private boolean isBar(Entry entry) {
      return !entry.method().equals(PRINTED)
          && !MOMENTS.contains(entry.method())
          && !Holds.GIVING_BACK.contains(entry.method());
    }

    private Kind kind(Entry entry) {
      return entry.method().equals(WORK) ? Kind.WORKING : Kind.WAITING;
    }

    private void add(Kind kind, Entry begin, long end, boolean cutShort) {
      String what = kind == Kind.HOLDING ? labels.held(begin) : labels.call(begin);
      bars.add(new Bar(kind, begin.nanos() - origin, end - origin, what, begin.object(), cutShort));
    }

    /** A process that wrote no last line ended when it was killed; else nobody knows. */
    Row row() {
      boolean exited = last.what().equals("exit");
      Long killed = exited ? null : kills.get(first.pid());
      long end = killed == null ? last.nanos() : Math.max(killed, last.nanos());
      for (Entry open : underWay.values()) {
        if (isBar(open)) {
          add(kind(open), open, end, true);
          items.neverReturned(row, open);
        }
      }
      holds.all().forEach(hold -> add(Kind.HOLDING, hold, end, true));
      return new Row(
          first.pid(),
          first.object(),
          !first.type().isEmpty(),
          first.nanos() - origin,
          end - origin,
          exited ? End.ENDED : killed == null ? End.UNKNOWN : End.KILLED,
          List.copyOf(bars),
          List.copyOf(marks));
    }
  }

  private Picture draw() {
    entries.stream()
        .filter(entry -> entry.what().equals("process"))
        .sorted(BY_NAME)
        .forEach(entry -> processes.put(entry.pid(), new Reading(entry)));
    for (Entry entry : entries) {
      Objects.requireNonNull(processes.get(entry.pid())).read(entry);
    }
    List<Row> rows = processes.values().stream().map(Reading::row).toList();
    List<Arrow> arrows = items.arrows(origin, labels);
    long length = rows.stream().mapToLong(Row::to).max().orElse(0);
    return new Picture(rows, arrows, length);
  }
}
