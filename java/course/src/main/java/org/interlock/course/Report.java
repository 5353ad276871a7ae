package org.interlock.course;

import org.interlock.course.Check.Fault;
import org.interlock.course.Check.Result;

/** What a student reads after a check. */
final class Report {
  private Report() {}

  static String of(Result result, boolean chinese) {
    Exercise exercise = result.exercise();
    String name = exercise.number() + " " + exercise.className();
    Fault fault = result.fault();
    if (fault == null) {
      return String.format(
          new Text("%s: right, as far as %d scripts can tell.", "%s：通过，%d 个随机剧本没有找出毛病。")
              .in(chinese),
          name,
          result.scripts());
    }
    String text =
        new Text(
                """
                %s: not yet.

                WHAT SHOULD BE TRUE
                  %s

                A SCRIPT THAT BREAKS IT (number %d; made shorter %s)
                %s

                WHAT HAPPENED
                %s

                WHERE TO LOOK
                  %s""",
                """
                %s：还不行。

                应该成立
                  %s

                能推翻它的剧本（第 %d 个，又缩短了 %s 次）
                %s

                实际发生了什么
                %s

                往哪里看
                  %s""")
            .in(chinese);
    return String.format(
        text,
        name,
        exercise.goal().in(chinese),
        result.scripts(),
        times(result.shrunk(), chinese),
        indented(fault.script().toString()),
        indented(fault.what().in(chinese)),
        exercise.hint().in(chinese));
  }

  private static String times(int count, boolean chinese) {
    return chinese ? String.valueOf(count) : count == 1 ? "once" : count + " times";
  }

  private static String indented(String text) {
    return text.indent(2).replaceAll("(?m) +$", "").stripTrailing();
  }
}
