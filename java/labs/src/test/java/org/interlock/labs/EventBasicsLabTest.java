package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EventBasicsLabTest {
  private static LabRun run;

  @BeforeAll
  static void runTheLab() throws Exception {
    run = LabRun.lab("event-basics");
  }

  @Test
  void waitingIsOverWhenTheChildSetsTheEvent() {
    assertThat(run.lines())
        .containsExactly(
            "false",
            "look here!",
            "set: true",
            "clear: false",
            "await for half a second: false",
            "a child sets it",
            "give me!!");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun chinese = LabRun.lab("event-basics", "--lang", "zh");
    assertThat(chinese.lines())
        .containsExactly(
            "false",
            "look here!",
            "set: true",
            "clear: false",
            "await 半秒: false",
            "子进程 set",
            "give me!!");
    assertThat(run.inChinese().lines()).isEqualTo(chinese.lines());
  }
}
