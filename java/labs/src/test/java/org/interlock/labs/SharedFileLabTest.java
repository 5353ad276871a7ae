package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedFileLabTest {
  @Test
  void onlyWithTheLockNothingIsLost() throws Exception {
    LabRun run = LabRun.lab("shared-file");
    assertThat(run.lines()).hasSize(2).last().isEqualTo("with the lock: 60 of 60");
    assertThat(run.all("without a lock: (\\d+) of 60"))
        .singleElement()
        .satisfies(count -> assertThat(Integer.parseInt(count)).isBetween(1, 59));
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("shared-file");
    assertThat(run.lines().get(0)).matches("不加锁: \\d+,应为 60");
    assertThat(run.lines().get(1)).isEqualTo("加锁: 60,应为 60");
  }
}
