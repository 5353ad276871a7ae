package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrintLockLabTest {
  @Test
  void theTwoLinesOfEachProcessStandTogether() throws Exception {
    LabRun run = LabRun.lab("print-lock");
    List<String> order = assertThatPairsStandTogether(run);
    assertThat(run.lines())
        .last()
        .isEqualTo("the order between the processes stays free; this time it was " + order);
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("print-lock");
    List<String> order = assertThatPairsStandTogether(run);
    assertThat(run.lines()).last().isEqualTo("进程之间的顺序不受锁控制,这一次是 " + order);
  }

  /** Gives the order in which they came. */
  private static List<String> assertThatPairsStandTogether(LabRun run) {
    assertThat(run.lines()).hasSize(11);
    for (int i = 0; i < 10; i += 2) {
      assertThat(run.lines().get(i)).matches("\\d: \\d+ is running");
      assertThat(run.lines().get(i + 1)).isEqualTo(run.lines().get(i).replace("running", "done"));
    }
    List<String> order = run.all("(\\d): \\d+ is running");
    assertThat(order).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
    return order;
  }
}
