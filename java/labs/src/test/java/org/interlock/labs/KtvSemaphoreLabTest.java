package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A guest says that it has a room while it has one, so the output is the log. */
class KtvSemaphoreLabTest {
  @Test
  void noMoreThanFourAreInsideAndEverybodyGetsIn() throws Exception {
    assertThatFourRoomsAreEnough(
        LabRun.lab("ktv-semaphore"), "(user\\d+) has got a room", "(user\\d+) leaves");
  }

  @Test
  void speaksChinese() throws Exception {
    assertThatFourRoomsAreEnough(
        LabRun.inChinese("ktv-semaphore"), "(user\\d+) 占到一间ktv小屋", "(user\\d+) 离开了");
  }

  private static void assertThatFourRoomsAreEnough(LabRun run, String comes, String leaves) {
    String[] all = IntStream.range(0, 13).mapToObj(i -> "user" + i).toArray(String[]::new);
    assertThat(run.all(comes)).containsExactlyInAnyOrder(all);
    assertThat(run.all(leaves)).containsExactlyInAnyOrder(all);
    int inside = 0;
    for (String line : run.lines()) {
      if (line.matches(comes)) {
        inside++;
      } else if (line.matches(leaves)) {
        inside--;
      }
      assertThat(inside).as(run::text).isBetween(0, 4);
    }
    assertThat(run.lines()).last().isEqualTo("============>");
  }
}
