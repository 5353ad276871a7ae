package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SentinelLabTest {
  private static LabRun run;

  @BeforeAll
  static void runTheLab() throws Exception {
    run = LabRun.lab("sentinel");
  }

  @Test
  void theEndMarkComesLastAndEndsTheConsumer() {
    assertThat(run.all("\\d+ made (\\w+)")).containsExactly("bun0", "bun1", "bun2", "bun3", "bun4");
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactly("bun0", "bun1", "bun2", "bun3", "bun4");
    assertThat(run.lines()).hasSize(11).last().asString().matches("\\d+ found the end mark");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun chinese = run.inChinese();
    assertThat(chinese.all("\\d+ 吃 (\\S+)")).containsExactly("包子0", "包子1", "包子2", "包子3", "包子4");
    assertThat(chinese.lines()).hasSize(11).last().asString().matches("\\d+ 收到结束信号");
  }
}
