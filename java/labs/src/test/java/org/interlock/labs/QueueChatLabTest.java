package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueChatLabTest {
  @Test
  void bothMessagesArrive() throws Exception {
    assertThat(LabRun.lab("queue-chat").lines())
        .containsExactly(">>>>>>>>", "little devil", "miss, how much is it~");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun chinese = LabRun.lab("queue-chat", "--lang", "zh");
    assertThat(chinese.lines()).containsExactly(">>>>>>>>", "小鬼", "姑娘,多少钱~");
    assertThat(LabRun.inChinese("queue-chat").lines()).isEqualTo(chinese.lines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"static", "local"})
  void doneWrongTheMessageIsInAnotherQueue(String wrong) throws Exception {
    LabRun run = LabRun.lab("queue-chat", "--wrong", wrong);
    assertThat(run.lines()).hasSize(2);
    assertThat(run.all("child: queue (\\S+) holds 1")).hasSize(1);
    assertThat(run.all("parent: queue (\\S+) holds 0, poll\\(\\) gives null"))
        .hasSize(1)
        .doesNotContainAnyElementsOf(run.all("child: queue (\\S+) holds 1"));
  }
}
