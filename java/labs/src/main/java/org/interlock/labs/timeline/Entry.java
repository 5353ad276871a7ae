package org.interlock.labs.timeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A line of a {@link Recording}. */
record Entry(
    long pid,
    long nanos,
    long thread,
    String what,
    String type,
    String method,
    String object,
    String value) {
  private static final int COLUMNS = 7;

  /** The lines of all processes, by their times. */
  static List<Entry> readAll(Path directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".txt")).toList()) {
        String name = file.getFileName().toString();
        long pid = Long.parseLong(name.substring(0, name.lastIndexOf('.')));
        String text = Files.readString(file, StandardCharsets.UTF_8);
        // Of a process that was killed while it wrote, the last line may be a part of one.
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .forEach(line -> entries.add(of(pid, line)));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::nanos));
    return entries;
  }

  private static Entry of(long pid, String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException("not a line of a recording: " + line);
    }
    return new Entry(
        pid,
        Long.parseLong(columns[0]),
        Long.parseLong(columns[1]),
        columns[2],
        columns[3],
        columns[4],
        columns[5],
        columns[6]);
  }

  boolean begins() {
    return what.equals("begin");
  }

  boolean ends() {
    return what.equals("end");
  }

  boolean failed() {
    return value.startsWith(Recording.FAILED);
  }

  /** Of an end: whether it got what it was called for. */
  boolean succeeded() {
    boolean mayFail =
        method.startsWith("try")
            || method.startsWith("timed")
            || List.of("poll", "offer").contains(method)
            || (method.equals("receive") && value.isEmpty());
    return !failed() && !(mayFail && (value.isEmpty() || value.equals("false")));
  }
}
