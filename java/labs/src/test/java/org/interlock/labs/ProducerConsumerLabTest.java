package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProducerConsumerLabTest {
  @Test
  void theConsumerIsStuckWhenAllIsEaten() throws Exception {
    LabRun run = LabRun.lab("producer-consumer");
    List<String> buns = IntStream.range(0, 10).mapToObj(i -> "bun" + i).toList();
    assertThat(run.all("\\d+ made (\\w+)")).isEqualTo(buns);
    assertThat(run.all("\\d+ ate (\\w+)")).isEqualTo(buns);
    assertThat(run.lines())
        .endsWith(
            "stuck: producer alive: false, queue empty: true, consumer alive: true",
            "the consumer was ended, exit code -15");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("producer-consumer");
    List<String> buns = IntStream.range(0, 10).mapToObj(i -> "包子" + i).toList();
    assertThat(run.all("\\d+ 生产了 (\\S+)")).isEqualTo(buns);
    assertThat(run.all("\\d+ 吃 (\\S+)")).isEqualTo(buns);
    assertThat(run.lines()).endsWith("卡住了: 生产者还在: false,队列为空: true,消费者还在: true", "消费者被终止,退出码 -15");
  }
}
