package org.interlock.labs.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.interlock.labs.timeline.DrawnPage.details;
import static org.interlock.labs.timeline.DrawnPage.number;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.interlock.labs.LabRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Labs that draw what they did, run as a user runs them. */
class TimelineTest {
  @TempDir Path directory;

  private DrawnPage draw(String lab, String... options) throws Exception {
    Path file = directory.resolve("page.html");
    String[] all = new String[options.length + 2];
    System.arraycopy(options, 0, all, 2, options.length);
    all[0] = "--timeline";
    all[1] = file.toString();
    LabRun.lab(lab, all);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
    return DrawnPage.read(file);
  }

  @Test
  void everyItemIsAnArrowBetweenTwoOfTheRows() throws Exception {
    DrawnPage page = draw("sentinel");
    assertThat(page.all("row")).hasSize(3);
    assertThat(page.all("arrow")).hasSize(5 + 1);
    assertThat(page.all("arrow").stream().map(arrow -> details(arrow).lines().findFirst().get()))
        .contains("bun0", "bun1", "bun2", "bun3", "bun4");
    assertThat(page.all("working")).isNotEmpty().allMatch(bar -> details(bar).contains("pause()"));
    assertThat(page.html()).contains("<title>sentinel</title>").doesNotContain("{{", "http");
  }

  @Test
  void questionsAndAnswersGoThroughAPipe() throws Exception {
    DrawnPage page = draw("pipe-talk");
    assertThat(page.all("arrow").stream().map(arrow -> details(arrow).lines().findFirst().get()))
        .containsExactlyInAnyOrder("2 * 3", "6", "3 * 4", "12", "last words", "I was about to say");
  }

  @Test
  void whileOneHoldsTheLockTheOthersWait() throws Exception {
    DrawnPage page = draw("print-lock", "--lang", "zh");
    List<Element> holds =
        page.all("holding").stream()
            .sorted(Comparator.comparingDouble(bar -> number(bar, "x")))
            .toList();
    assertThat(holds).hasSize(5).allMatch(bar -> details(bar).startsWith("持有: ProcessLock"));
    for (int i = 1; i < holds.size(); i++) {
      Element before = holds.get(i - 1);
      assertThat(number(before, "x") + number(before, "width"))
          .isLessThanOrEqualTo(number(holds.get(i), "x") + 0.1); // places are rounded
    }
    assertThat(page.all("waiting"))
        .anyMatch(bar -> details(bar).startsWith("等待: ProcessLock.lock"));
    assertThat(page.all("call"))
        // All that the lab waits for; whether a put takes long enough for a name is the machine's.
        .allMatch(call -> call.getTextContent().matches("lock\\(\\)|join\\(\\)|put\\(\\)"))
        .anyMatch(call -> call.getTextContent().equals("join()")); // main's, which is long
  }

  @Test
  void whatTheKilledDidIsThereUntilTheirDeath() throws Exception {
    DrawnPage page = draw("kill-the-holder");
    List<Element> killed =
        page.all("row").stream().filter(row -> !DrawnPage.all(row, "killed").isEmpty()).toList();
    assertThat(killed).hasSize(3);
    assertThat(killed)
        .allSatisfy(
            row ->
                assertThat(DrawnPage.all(row, "holding"))
                    .anyMatch(bar -> details(bar).contains("never returned")));
  }

  @Test
  void aPageThatCanNotBeWrittenIsAnErrorBeforeAnythingIsRun() throws Exception {
    LabRun run =
        LabRun.of("run", "print-race", "--fast", "--timeline", directory + "/none/page.html");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text()).contains("--timeline", "there is no directory " + directory + "/none");
    assertThat(run.text()).doesNotContain("is running");
  }
}
