package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A worker says that it did an item before the item is done, so the output is the log. */
class CrashSafeWorkersLabTest {
  private static final int ITEMS = 30;

  @Test
  void everyItemIsDoneAndASecondTimeIsMarked() throws Exception {
    LabRun run = LabRun.lab("crash-safe-workers");
    assertThatNothingIsLost(run, "item", "\\d+ did (item\\d+)(, redelivered)?");
    assertThatTheSumIsRight(
        run,
        "(\\d+) was killed",
        "\\d+ did (item\\d+), redelivered",
        "(\\d+) workers were killed; unfinished: 0; redelivered and done: (\\d+)");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("crash-safe-workers");
    assertThatNothingIsLost(run, "任务", "\\d+ 完成 (任务\\d+)(,是重新交付的)?");
    assertThatTheSumIsRight(
        run, "(\\d+) 被杀死", "\\d+ 完成 (任务\\d+),是重新交付的", "杀死了 (\\d+) 个工人;未完成:0;重新交付并完成:(\\d+)");
  }

  private static void assertThatNothingIsLost(LabRun run, String word, String did) {
    Pattern pattern = Pattern.compile(did);
    Set<String> done = new HashSet<>();
    for (String line : run.lines()) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches() && !done.add(matcher.group(1))) {
        assertThat(matcher.group(2)).as("the mark of a second time: %s", line).isNotNull();
      }
    }
    assertThat(done)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, ITEMS).mapToObj(i -> word + i).toList());
  }

  private static void assertThatTheSumIsRight(
      LabRun run, String killed, String redelivered, String sum) {
    int last = run.lines().size() - 1;
    assertThat(run.indexOf(sum)).isEqualTo(last);
    Matcher matcher = Pattern.compile(sum).matcher(run.lines().get(last));
    assertThat(matcher.matches()).isTrue();
    int kills = run.all(killed).size();
    assertThat(kills).as(run::text).isBetween(1, 6);
    assertThat(Integer.parseInt(matcher.group(1))).isEqualTo(kills);
    // One that was killed between its line and the count has the line alone.
    assertThat(run.all(redelivered)).as(run::text).isNotEmpty();
    int counted = Integer.parseInt(matcher.group(2));
    assertThat(run.all(redelivered).size() - counted).isBetween(0, kills);
  }
}
