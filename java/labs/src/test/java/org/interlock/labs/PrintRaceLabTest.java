package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintRaceLabTest {
  /** What else could be said? Whether they mix is up to chance. */
  @Test
  void everyProcessPrintsBothLinesInItsOwnOrder() throws Exception {
    assertThatBothLinesOfEachAreThere(LabRun.lab("print-race"));
    assertThatBothLinesOfEachAreThere(LabRun.inChinese("print-race"));
  }

  private static void assertThatBothLinesOfEachAreThere(LabRun run) {
    assertThat(run.lines()).hasSize(10);
    assertThat(run.all("\\d: (\\d+) is running")).doesNotHaveDuplicates();
    for (int n = 0; n < 5; n++) {
      int running = run.indexOf(n + ": \\d+ is running");
      String done = run.lines().get(running).replace("running", "done");
      assertThat(run.lines().subList(running + 1, 10)).contains(done);
    }
  }
}
