package org.interlock.course;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.interlock.testkit.Hang;

/** Tells where the processes are that wait for ever: the thread that does what it is told, only. */
final class Stuck {
  private static final String THREAD = "\"hands\"";
  private static final int DEEPEST = 8;
  private static final List<String> MACHINERY =
      List.of("jdk.", "java.", "sun.", "org.interlock.internal", "org.interlock.testkit");

  private Stuck() {}

  static Text describe(Hang hang) {
    StringBuilder text = new StringBuilder("\n");
    for (Map.Entry<String, String> entry : new TreeMap<>(hang.stacks()).entrySet()) {
      text.append("\n  ").append(entry.getKey()).append('\n');
      frames(entry.getValue()).forEach(frame -> text.append("    ").append(frame).append('\n'));
    }
    text.append('\n').append(hang.history());
    return new Text(
        "These processes wait, and nobody will wake them:\n" + text,
        "这些进程在等，而且不会有人来叫醒它们：\n" + text);
  }

  private static List<String> frames(String stacks) {
    return stacks
        .lines()
        .dropWhile(line -> !line.startsWith(THREAD))
        .takeWhile(line -> !line.isBlank())
        .map(String::strip)
        .filter(line -> line.startsWith("at "))
        .map(Stuck::withoutModule)
        .filter(line -> MACHINERY.stream().noneMatch(line.substring(3)::startsWith))
        .filter(line -> !line.contains(SolutionProgram.class.getName()))
        .limit(DEEPEST)
        .toList();
  }

  private static String withoutModule(String frame) {
    return frame.replaceFirst("\\([^()]*/", "(");
  }
}
