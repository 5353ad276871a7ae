package org.interlock.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final long SECOND = 1_000_000_000;
  private static final Order TEN = new Order(10, 0);

  @Test
  void aTransferIsItemsForEachSecond() throws Exception {
    Sample sample =
        Judge.transfer(2)
            .judge(
                TEN,
                List.of(
                    done(0, SECOND, 10, 45),
                    done(0, SECOND, 10, 45),
                    done(0, 2 * SECOND, 15, 80),
                    done(0, SECOND, 5, 10)));

    assertThat(sample.value()).isEqualTo(10);
  }

  @Test
  void aWrongChecksumIsRefused() {
    refused(Judge.transfer(1), done(0, SECOND, 10, 45), done(0, SECOND, 10, 44));
    refused(Judge.transferInside(1), done(0, SECOND, 10, 44));
    refused(Judge.nanosPerCall(), done(0, SECOND, 10, 9));
    refused(Judge.roundTrips(), done(0, SECOND, 10, 44));
  }

  @Test
  void aLostOrRepeatedItemIsRefused() {
    refused(Judge.transfer(1), done(0, SECOND, 10, 45), done(0, SECOND, 9, 45));
    refused(Judge.transfer(1), done(0, SECOND, 9, 36), done(0, SECOND, 9, 36));
    refused(Judge.transferInside(2), done(0, SECOND, 10, 45));
  }

  @Test
  void aMissingLatencyIsRefused() {
    refused(Judge.latenciesOfAll(), done(0, SECOND, 10, 10));
  }

  @Test
  void callsAreNanosecondsEach() throws Exception {
    Sample sample = Judge.nanosPerCall().judge(TEN, List.of(done(500, 1500, 10, 10)));

    assertThat(sample.value()).isEqualTo(100);
  }

  @Test
  void contentionTellsTheLeastShareOfTheFairOne() throws Exception {
    Judge judge = Judge.contention(2);

    Sample sample = judge.judge(TEN, List.of(done(0, SECOND, 30, 35), done(0, SECOND, 10, 40)));
    assertThat(sample.value()).isEqualTo(40);
    assertThat(sample.facts()).containsEntry("least share", 0.5);

    // What was counted under the lock goes on from round to round.
    judge.judge(TEN, List.of(done(0, SECOND, 5, 50), done(0, SECOND, 5, 49)));
    assertThatExceptionOfType(WrongResult.class)
        .isThrownBy(
            () -> judge.judge(TEN, List.of(done(0, SECOND, 5, 59), done(0, SECOND, 5, 59))));
  }

  @Test
  void aRoundTripIsTheMedianOfItsLatencies() throws Exception {
    Histogram latencies = Outcome.newHistogram();
    for (long micros : new long[] {1, 2, 900}) {
      latencies.recordValue(micros * 1000);
    }
    Outcome outcome = done(0, SECOND, 10, 45).with(latencies);

    Sample sample = Judge.roundTrips().judge(TEN, List.of(outcome));

    assertThat(sample.value()).isCloseTo(2, within(0.01));
    assertThat(outcome.latencies()).isEqualTo(latencies);
  }

  private static Outcome done(long start, long end, long operations, long checksum) {
    return new Outcome(start, end, operations, checksum, new long[0], null);
  }

  private static void refused(Judge judge, Outcome... outcomes) {
    assertThatExceptionOfType(WrongResult.class)
        .isThrownBy(() -> judge.judge(TEN, List.of(outcomes)));
  }
}
