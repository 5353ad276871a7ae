package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinableQueueLabTest {
  @Test
  void everyItemIsMadeAndEatenOnceAndTheProgramEnds() throws Exception {
    LabRun run = LabRun.lab("joinable-queue");
    List<String> all =
        Stream.of("bun", "bone", "swill")
            .flatMap(food -> IntStream.range(0, 10).mapToObj(i -> food + i))
            .toList();
    assertThat(run.all("\\d+ made (\\w+)")).containsExactlyInAnyOrderElementsOf(all);
    assertThat(run.all("\\d+ ate (\\w+)")).containsExactlyInAnyOrderElementsOf(all);
    assertThat(run.all("(\\d+) made \\w+").stream().distinct()).hasSize(3);
    assertThat(run.all("(\\d+) ate \\w+").stream().distinct()).hasSizeLessThanOrEqualTo(2);
    assertThat(run.lines()).last().isEqualTo("all 30 items were done; unfinished: 0");
    for (String food : List.of("bun", "bone", "swill")) {
      assertThatAllIsEatenWhenTheCookSaysSo(run, food);
    }
  }

  /** Of its own food: the others may make more after everything so far was eaten. */
  private static void assertThatAllIsEatenWhenTheCookSaysSo(LabRun run, String food) {
    int saysSo = run.indexOf(food + ": all eaten");
    for (int i = 0; i < 10; i++) {
      assertThat(run.indexOf("\\d+ ate " + food + i)).as(run::text).isLessThan(saysSo);
    }
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("joinable-queue");
    assertThat(run.all("\\d+ 吃 (\\S+)")).hasSize(30).contains("包子0", "骨头9", "泔水5");
    assertThat(run.lines()).contains("包子生产结束~~~~~~").last().isEqualTo("全部 30 个都处理完了,未完成: 0");
  }
}
