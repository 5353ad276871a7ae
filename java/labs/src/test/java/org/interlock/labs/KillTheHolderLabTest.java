package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KillTheHolderLabTest {
  @Test
  void onlyTheSemaphoreLosesTheRoom() throws Exception {
    assertThat(LabRun.lab("kill-the-holder").lines())
        .containsExactly(
            "ProcessSemaphore: a guest has got the room",
            "  the guest was killed",
            "  the room is lost: nobody gets in within 2 s, 0 rooms are left",
            "ProcessLock: a guest has got the room",
            "  the guest was killed",
            "  the next guest is in; told that the one before died: yes",
            "PermitPool: a guest has got the room",
            "  the guest was killed",
            "  the room came back: the next guest is in",
            "  and left: 1 room is free");
  }

  @Test
  void speaksChinese() throws Exception {
    assertThat(LabRun.inChinese("kill-the-holder").lines())
        .containsExactly(
            "ProcessSemaphore:一位客人占到了小屋",
            "  客人被杀死了",
            "  小屋没了:2 秒内谁也进不去,剩下 0 间",
            "ProcessLock:一位客人占到了小屋",
            "  客人被杀死了",
            "  下一位进去了;被告知前一位已死:是",
            "PermitPool:一位客人占到了小屋",
            "  客人被杀死了",
            "  小屋回来了:下一位进去了",
            "  又离开了:1 间空着");
  }
}
