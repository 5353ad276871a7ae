package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DaemonChildLabTest {
  @Test
  void theChildEndsWithTheProgramBeforeItsSecondLine() throws Exception {
    LabRun run = LabRun.lab("daemon-child");
    assertThat(run.lines()).hasSize(3).noneMatch(line -> line.contains("chats"));
    assertThat(run.lines().get(0)).matches("\\d+ Process-1");
    assertThat(run.lines().get(1))
        .matches("\\d+ Process-2: daemonic processes are not allowed to have children");
    assertThat(run.lines().get(2)).isEqualTo("the main program ends");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("daemon-child");
    assertThat(run.lines()).hasSize(3).last().isEqualTo("主进程的代码运行结束");
  }
}
