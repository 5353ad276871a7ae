package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShutdownLabTest {
  @Test
  void whatIsLeftIsEatenAndThenBothConsumersAreTold() throws Exception {
    LabRun run = LabRun.lab("shutdown");
    String[] all = {"bun0", "bun1", "bone0", "bone1", "swill0", "swill1"};
    assertThat(run.all("\\d+ made (\\w+)")).containsExactlyInAnyOrder(all);
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactlyInAnyOrder(all);
    assertThat(run.all("(\\d+): nothing more will come")).hasSize(2).doesNotHaveDuplicates();
    assertThat(run.lines()).hasSize(14);
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("shutdown");
    assertThat(run.all("\\d+ 吃 (\\S+)"))
        .containsExactlyInAnyOrder("包子0", "包子1", "骨头0", "骨头1", "泔水0", "泔水1");
    assertThat(run.all("(\\d+): 不会再有了")).hasSize(2).doesNotHaveDuplicates();
  }
}
