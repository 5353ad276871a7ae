package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabsTest {
  @Test
  void listNamesTheLabsInTheOrderOfTheLesson() throws Exception {
    LabRun run = LabRun.of("list");
    assertThat(run.status()).isZero();
    assertThat(run.all("(\\S+) +\\S.*"))
        .containsExactly(
            "daemon-child",
            "print-race",
            "print-lock",
            "shared-file",
            "ktv-semaphore",
            "queue-methods",
            "queue-chat",
            "pipe-talk",
            "producer-consumer",
            "sentinel",
            "sentinel-from-parent",
            "many-sentinels",
            "shutdown",
            "joinable-queue",
            "event-basics",
            "traffic-lights",
            "condvar-hang",
            "kill-the-holder",
            "crash-safe-workers");
  }

  @Test
  void anUnknownLabIsAnErrorThatNamesIt() throws Exception {
    LabRun run = LabRun.of("run", "no-such-lab");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text()).contains("there is no lab \"no-such-lab\"");
  }

  @Test
  void runAsksForALab() throws Exception {
    LabRun run = LabRun.of("run", "--fast");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text()).contains("say which lab");
  }

  @Test
  void anUnknownLanguageIsAnErrorThatNamesThoseThereAre() throws Exception {
    LabRun run = LabRun.of("run", "print-race", "--lang", "fr");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text()).contains("'--lang'", "[EN, ZH]", "'fr'");
  }

  @Test
  void aLabTellsItsOwnOptionsAndThoseOfAll() throws Exception {
    LabRun run = LabRun.of("run", "queue-chat", "--help");
    assertThat(run.status()).isZero();
    assertThat(run.text()).contains("--fast", "--lang", "--wrong");
  }
}
