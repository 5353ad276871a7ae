package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SentinelFromParentLabTest {
  private static LabRun run;

  @BeforeAll
  static void runTheLab() throws Exception {
    run = LabRun.lab("sentinel-from-parent");
  }

  @Test
  void theParentPutsTheEndMarkWhenAllIsMade() {
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactly("bun0", "bun1");
    assertThat(run.lines()).hasSize(6).last().asString().matches("\\d+ found the end mark");
    assertThat(run.indexOf("the parent puts the end mark"))
        .isGreaterThan(run.indexOf("\\d+ made bun1"));
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun chinese = run.inChinese();
    assertThat(chinese.all("\\d+ 吃 (\\S+)")).containsExactly("包子0", "包子1");
    assertThat(chinese.indexOf("主进程发送结束信号")).isGreaterThan(chinese.indexOf("\\d+ 生产了 包子1"));
  }
}
