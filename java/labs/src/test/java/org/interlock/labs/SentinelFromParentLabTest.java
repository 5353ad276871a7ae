package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentinelFromParentLabTest {
  @Test
  void theParentPutsTheEndMarkWhenAllIsMade() throws Exception {
    LabRun run = LabRun.lab("sentinel-from-parent");
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactly("bun0", "bun1");
    assertThat(run.lines()).hasSize(6).last().asString().matches("\\d+ found the end mark");
    assertThat(run.indexOf("the parent puts the end mark"))
        .isGreaterThan(run.indexOf("\\d+ made bun1"));
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("sentinel-from-parent");
    assertThat(run.all("\\d+ 吃 (\\S+)")).containsExactly("包子0", "包子1");
    assertThat(run.indexOf("主进程发送结束信号")).isGreaterThan(run.indexOf("\\d+ 生产了 包子1"));
  }
}
