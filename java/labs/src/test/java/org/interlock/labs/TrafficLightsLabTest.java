package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The lights change, and cars start, under a lock: the output is the log. */
class TrafficLightsLabTest {
  @Test
  void noCarStartsOnRed() throws Exception {
    LabRun run = LabRun.lab("traffic-lights");
    assertThatNobodyStartsOnRed(
        run,
        "*********** green",
        "###### red",
        "car (\\d) drives away|green light, police car \\d goes",
        "red light, police car \\d goes first");
    assertThat(run.all("car (\\d) drives away")).containsExactlyInAnyOrder(numbers(10));
    assertThat(run.all("(?:green|red) light, police car (\\d) goes(?: first)?"))
        .containsExactlyInAnyOrder(numbers(5));
    assertThat(run.lines()).contains("ready~~~~ go!!!", "all are through");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("traffic-lights");
    assertThatNobodyStartsOnRed(
        run, "*********** 绿灯", "###### 红灯", "车开远了,car \\d|绿灯,警车走,car \\d", "红灯,警车先走,car \\d");
    assertThat(run.all("车开远了,car (\\d)")).containsExactlyInAnyOrder(numbers(10));
    assertThat(run.all("(?:红灯,警车先走|绿灯,警车走),car (\\d)")).containsExactlyInAnyOrder(numbers(5));
    assertThat(run.lines()).contains("预备~~~~开始!!!", "车都开远了");
  }

  private static void assertThatNobodyStartsOnRed(
      LabRun run, String toGreen, String toRed, String startsOnGreen, String startsOnRed) {
    boolean green = false;
    for (String line : run.lines()) {
      if (line.equals(toGreen)) {
        green = true;
      } else if (line.equals(toRed)) {
        green = false;
      } else if (line.matches(startsOnGreen)) {
        assertThat(green).as(() -> line + " in\n" + run.text()).isTrue();
      } else if (line.matches(startsOnRed)) {
        assertThat(green).as(() -> line + " in\n" + run.text()).isFalse();
      }
    }
  }

  private static String[] numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
  }
}
