package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventBasicsLabTest {
  @Test
  void waitingIsOverWhenTheChildSetsTheEvent() throws Exception {
    assertThat(LabRun.lab("event-basics").lines())
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
    assertThat(LabRun.inChinese("event-basics").lines()).isEqualTo(chinese.lines());
  }
}
