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

                A SCRIPT THAT BREAKS IT (number %d; made shorter %d times)
                %s

                WHAT HAPPENED
                %s

                WHERE TO LOOK
                  %s""",
                """
                %s：还不行。

                应该成立
                  %s

                能推翻它的剧本（第 %d 个，又缩短了 %d 次）
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
        result.shrunk(),
        fault.script().toString().indent(2).stripTrailing(),
        fault.what().in(chinese).indent(2).stripTrailing(),
        exercise.hint().in(chinese));
  }
}
