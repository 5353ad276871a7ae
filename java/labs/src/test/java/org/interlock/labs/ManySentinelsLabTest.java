package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ManySentinelsLabTest {
  @Test
  void everyConsumerFindsOneEndMarkAndNothingIsLeft() throws Exception {
    LabRun run = LabRun.lab("many-sentinels");
    String[] all = {"bun0", "bun1", "bone0", "bone1", "swill0", "swill1"};
    assertThat(run.all("\\d+ made (\\w+)")).containsExactlyInAnyOrder(all);
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactlyInAnyOrder(all);
    assertThat(run.all("(\\d+) found an end mark")).hasSize(2).doesNotHaveDuplicates();
    assertThat(run.lines()).last().isEqualTo("left in the queue: 0");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("many-sentinels");
    assertThat(run.all("\\d+ 吃 (\\S+)"))
        .containsExactlyInAnyOrder("包子0", "包子1", "骨头0", "骨头1", "泔水0", "泔水1");
    assertThat(run.all("(\\d+) 收到结束信号")).hasSize(2).doesNotHaveDuplicates();
    assertThat(run.lines()).last().isEqualTo("队列里还剩: 0");
  }
}
