package org.interlock.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.interlock.course.Check.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The checks themselves are checked: model solutions pass, typical wrong ones are caught, each for
 * what is wrong with it. A class for some of the sessions, since most of this is waiting for those
 * who wait for ever, and classes do so side by side.
 */
abstract class SolutionsTests {
  private static final String HANGS = "These processes wait, and nobody will wake them";
  private static final String DOES_NOT_FIT = "No order of these operations fits";

  /** Wrong solutions: their exercise, and what the report says. */
  static final Map<String, List<String>> WRONG =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("HelperNoDaemon", List.of("1.1", "was still there")),
              Map.entry("FailuresNoJoin", List.of("1.2", DOES_NOT_FIT)),
              Map.entry("PiggyBankNoLock", List.of("2.1", DOES_NOT_FIT)),
              Map.entry("PiggyBankOwnLock", List.of("2.1", DOES_NOT_FIT)),
              Map.entry("TransfersLockOrder", List.of("2.2", HANGS)),
              Map.entry("TransfersOneLock", List.of("2.2", "not 0")),
              Map.entry("KaraokeOwnRooms", List.of("3.1", DOES_NOT_FIT)),
              Map.entry("KaraokeGivesTooMany", List.of("3.1", DOES_NOT_FIT)),
              Map.entry("KitchenBeginsAtOne", List.of("3.2", DOES_NOT_FIT)),
              Map.entry("ChatStaticQueue", List.of("4.1", DOES_NOT_FIT)),
              Map.entry("LatestNewsNoLock", List.of("4.2", DOES_NOT_FIT)),
              Map.entry("EndMarksOne", List.of("5.1", HANGS)),
              Map.entry("TwoCooksFirstShutsDown", List.of("5.2", "QueueShutdownException")),
              Map.entry("TwoCooksNobodyShutsDown", List.of("5.2", HANGS)),
              Map.entry("RestaurantDoneTooEarly", List.of("6.1", "dishes were eaten")),
              Map.entry("RestaurantNeverDone", List.of("6.1", HANGS)),
              Map.entry("OrdersDoneInFinally", List.of("6.2", "handled in the end")),
              Map.entry("CrossingNoLock", List.of("7.1", DOES_NOT_FIT)),
              Map.entry("CrossingOnlyCarsLock", List.of("7.1", DOES_NOT_FIT)),
              Map.entry("MailboxMissedSignal", List.of("7.2", HANGS)),
              Map.entry("MailboxNoSignal", List.of("7.2", HANGS)),
              Map.entry("SafeKaraokeSemaphore", List.of("8.1", DOES_NOT_FIT)),
              Map.entry("SafeBankNoRepair", List.of("8.2", "sum() should be 0")),
              Map.entry("SafeBankMarkTooLate", List.of("8.2", "sum() should be 0")),
              Map.entry("SafeOrdersPlainQueue", List.of("8.3", "never handled")),
              Map.entry("SafeOrdersDoneFirst", List.of("8.3", "never handled"))));

  /** Tried each time; the rest takes minutes, and is tried by {@code ./scripts/test --all}. */
  private static final Set<String> TYPICAL =
      Set.of(
          "PiggyBankNoLock",
          "TransfersLockOrder",
          "MailboxMissedSignal",
          "EndMarksOne",
          "ChatStaticQueue");

  private static final boolean ALL = Boolean.getBoolean("interlock.test.all");

  private static final Check CHECK = new Check();

  private final int first;
  private final int last;

  SolutionsTests(int first, int last) {
    this.first = first;
    this.last = last;
  }

  @AfterAll
  static void end() {
    CHECK.close();
  }

  private boolean isOurs(String number) {
    int session = Integer.parseInt(number.substring(0, number.indexOf('.')));
    return first <= session && session <= last;
  }

  private static Exercise exercise(String number) {
    return Exercises.find(number).orElseThrow();
  }

  @TestFactory
  Stream<DynamicTest> modelSolutionsPass() {
    return Exercises.ALL.stream()
        .filter(exercise -> isOurs(exercise.number()))
        .map(
            exercise ->
                dynamicTest(
                    exercise.number() + " " + exercise.className(),
                    () -> {
                      String name = "org.interlock.course.model." + exercise.className();
                      Check.Result result = CHECK.run(exercise, name);
                      assertThat(result.fault()).as(() -> Report.of(result, false)).isNull();
                      assertThat(Report.of(result, false)).contains("right, as far as");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> wrongSolutionsAreCaughtForWhatIsWrongWithThem() {
    return WRONG.entrySet().stream()
        .filter(entry -> isOurs(entry.getValue().get(0)))
        .filter(entry -> ALL || TYPICAL.contains(entry.getKey()))
        .map(
            entry ->
                dynamicTest(
                    entry.getValue().get(0) + " " + entry.getKey(),
                    () -> {
                      String name = "org.interlock.course.wrong." + entry.getKey();
                      Check.Result result = CHECK.run(exercise(entry.getValue().get(0)), name);
                      Fault fault = Objects.requireNonNull(result.fault(), "it passed");
                      assertThat(Report.of(result, false)).contains(entry.getValue().get(1));
                      if (fault.what().english().startsWith(HANGS)) {
                        assertThat(fault.what().english()).contains("at " + name + ".");
                      }
                      assertThat(Report.of(result, true)).doesNotContain(HANGS, DOES_NOT_FIT);
                      assertThat(fault.what().inChinese()).containsPattern("\\p{IsHan}");
                    }));
  }
}
