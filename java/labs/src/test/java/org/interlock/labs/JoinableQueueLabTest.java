package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinableQueueLabTest {
  @Test
  void everyItemIsMadeAndEatenOnceAndTheProgramEnds() throws Exception {
    LabRun run = LabRun.of("run", "joinable-queue", "--fast");
    assertThat(run.status()).as(() -> String.join("\n", run.lines())).isZero();
    List<String> all =
        Stream.of("bun", "bone", "swill")
            .flatMap(food -> IntStream.range(0, 10).mapToObj(i -> food + i))
            .collect(Collectors.toList());
    assertThat(matches(run, "\\d+ made (\\w+)", 1)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(matches(run, "\\d+ ate (\\w+)", 1)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(matches(run, "(\\d+) made \\w+", 1).stream().distinct()).hasSize(3);
    assertThat(matches(run, "(\\d+) ate \\w+", 1).stream().distinct()).hasSizeLessThanOrEqualTo(2);
    assertThat(run.lines())
        .contains("bun: all eaten", "bone: all eaten", "swill: all eaten")
        .last()
        .isEqualTo("all 30 items were done; unfinished: 0");
  }

  @Test
  void noCookSaysAllEatenBeforeTheLastItemIsEaten() throws Exception {
    LabRun run = LabRun.of("run", "joinable-queue", "--fast");
    int lastEaten =
        IntStream.range(0, run.lines().size())
            .filter(i -> run.lines().get(i).contains(" ate "))
            .max()
            .orElseThrow();
    int firstAllEaten =
        IntStream.range(0, run.lines().size())
            .filter(i -> run.lines().get(i).endsWith(": all eaten"))
            .min()
            .orElseThrow();
    assertThat(firstAllEaten).isGreaterThan(lastEaten);
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.of("run", "joinable-queue", "--fast", "--lang", "zh");
    assertThat(run.status()).isZero();
    assertThat(matches(run, "\\d+ 吃 (\\S+)", 1)).hasSize(30).contains("包子0", "骨头9", "泔水5");
  }

  @Test
  void anUnknownLabIsAnErrorThatNamesIt() throws Exception {
    LabRun run = LabRun.of("run", "no-such-lab");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.lines()).anyMatch(line -> line.contains("there is no lab \"no-such-lab\""));
  }

  private static List<String> matches(LabRun run, String regex, int group) {
    Pattern pattern = Pattern.compile(regex);
    return run.lines().stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(group))
        .toList();
  }
}
