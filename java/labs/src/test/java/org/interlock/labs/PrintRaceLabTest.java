package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintRaceLabTest {
  /** What else could be said? Whether they mix is up to chance. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyProcessPrintsBothLinesInItsOwnOrder(String language) throws Exception {
    LabRun run = LabRun.lab("print-race", "--lang", language);
    assertThat(run.lines()).hasSize(10);
    assertThat(run.all("\\d: (\\d+) is running")).doesNotHaveDuplicates();
    for (int n = 0; n < 5; n++) {
      int running = run.indexOf(n + ": \\d+ is running");
      String done = run.lines().get(running).replace("running", "done");
      assertThat(run.lines().subList(running + 1, 10)).contains(done);
    }
  }
}
