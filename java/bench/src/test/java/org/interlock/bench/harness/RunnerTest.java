package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private final List<String> log = new ArrayList<>();

  @Test
  void contendersTakeTurns() {
    run(contender("a"), contender("b"));

    assertThat(log)
        .containsExactly(
            "open a", "warm a", "open b", "warm b", "a", "b", "a", "b", "a", "b", "close a",
            "close b");
  }

  @Test
  void aMissingPeerIsReportedAndNoError() {
    Result result =
        run(
            new Contender(
                "a",
                scale -> {
                  throw new MissingPeer("not installed");
                }),
            contender("b"));

    assertThat(result.isSound()).isTrue();
    assertThat(result.figures().get(0).missing()).isEqualTo("not installed");
    assertThat(result.figures().get(1).values(null)).hasSize(3);
  }

  @Test
  void aWrongResultIsNoResultAndStopsOnlyThatContender() {
    Result result =
        run(
            contender("a"),
            new Contender(
                "b",
                scale ->
                    new Fake("b") {
                      @Override
                      public Sample round(Scale scale) throws WrongResult {
                        super.round(scale);
                        WrongResult.unless("checksum", 1, log.contains("a") ? 2 : 1);
                        return Sample.of(1);
                      }
                    }));

    assertThat(result.isSound()).isFalse();
    assertThat(result.figures().get(1).failure()).isEqualTo("checksum: 2, should be 1");
    assertThat(result.figures().get(1).isThere()).isFalse();
    assertThat(result.figures().get(0).values(null)).hasSize(3);
    assertThat(log).containsOnlyOnce("b").contains("close b");
  }

  private Result run(Contender... contenders) {
    Row row = new Row("bench", "row", "title", Unit.NANOSECONDS, List.of(contenders), List.of());
    return new Runner(Scale.QUICK.withRounds(3), progress -> {}).run(row);
  }

  private Contender contender(String name) {
    return new Contender(name, scale -> new Fake(name));
  }

  private class Fake implements Session {
    private final String name;

    Fake(String name) {
      this.name = name;
      log.add("open " + name);
    }

    @Override
    public void warmUp(Scale scale) {
      log.add("warm " + name);
    }

    @Override
    public Sample round(Scale scale) throws WrongResult {
      log.add(name);
      return Sample.of(1);
    }

    @Override
    public void close() {
      log.add("close " + name);
    }
  }
}
