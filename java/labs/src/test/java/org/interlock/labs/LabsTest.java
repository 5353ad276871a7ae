package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
  void runAsksForALab() {
    assertThat(printed(2, "run", "--fast")).contains("say which lab");
  }

  @Test
  void anUnknownLanguageIsAnErrorThatNamesThoseThereAre() {
    assertThat(printed(2, "run", "print-race", "--lang", "fr"))
        .contains("'--lang'", "[EN, ZH]", "'fr'");
  }

  @Test
  void aLabTellsItsOwnOptionsAndThoseOfAll() {
    assertThat(printed(0, "run", "queue-chat", "--help")).contains("--fast", "--lang", "--wrong");
  }

  /** What these arguments print with that exit status, without a process of their own. */
  private static String printed(int status, String... arguments) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text, true);
    assertThat(Labs.commandLine().setOut(writer).setErr(writer).execute(arguments))
        .isEqualTo(status);
    return text.toString();
  }
}
