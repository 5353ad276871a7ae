package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentinelLabTest {
  @Test
  void theEndMarkComesLastAndEndsTheConsumer() throws Exception {
    LabRun run = LabRun.lab("sentinel");
    assertThat(run.all("\\d+ made (\\w+)")).containsExactly("bun0", "bun1", "bun2", "bun3", "bun4");
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactly("bun0", "bun1", "bun2", "bun3", "bun4");
    assertThat(run.lines()).hasSize(11).last().asString().matches("\\d+ found the end mark");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("sentinel");
    assertThat(run.all("\\d+ 吃 (\\S+)")).containsExactly("包子0", "包子1", "包子2", "包子3", "包子4");
    assertThat(run.lines()).hasSize(11).last().asString().matches("\\d+ 收到结束信号");
  }
}
