package org.interlock.course;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Combinators;
import org.interlock.course.Exercise.Tried;
import org.interlock.testkit.Script;

/** Session 5: producers and consumers. */
final class ProducersSession {
  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "5.1",
              "EndMarks",
              new Text(
                  "every consumer ends after finish(consumers), and together they have consumed all"
                      + " that was produced",
                  "finish(consumers) 之后每个消费者都会结束，而且生产的全部被消费掉"),
              new Text(
                  "Who takes an end mark has taken it from the others. How many must there be?",
                  "谁取走了结束信号，别人就取不到了。一共要放几个？"),
              6,
              () ->
                  Combinators.combine(
                          Arbitraries.integers().between(1, 2),
                          Arbitraries.integers().between(0, 4))
                      .as(ProducersSession::marks),
              tried -> counted(tried, "produce", "consume")),
          new Exercise(
              "5.2",
              "TwoCooks",
              new Text(
                  "two cooks, one guest: nothing a cook made is lost, and the guest ends once both"
                      + " are ready; there are no end marks",
                  "两个厨师、一个客人：做好的一样不丢，两个厨师都做完之后客人就结束；不用结束信号"),
              new Text(
                  "shutdown() ends the queue for everybody. Which cook may call it, and how does it"
                      + " know that it is the last?",
                  "shutdown() 是对所有进程关门。该由哪个厨师来关？它怎么知道自己是最后一个？"),
              6,
              () ->
                  Combinators.combine(
                          Arbitraries.integers().between(0, 3),
                          Arbitraries.integers().between(0, 3),
                          Arbitraries.of(true, false))
                      .as(ProducersSession::cooks),
              tried -> counted(tried, "produce", "consume")));

  private ProducersSession() {}

  private static Script marks(int consumers, int items) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < consumers; i++) {
      lines.add((char) ('B' + i) + " consume");
    }
    lines.add("A produce " + items);
    lines.add("A finish " + consumers);
    return Plays.script(lines);
  }

  private static Script cooks(int first, int second, boolean inTurn) {
    List<String> lines = new ArrayList<>(List.of("C consume", "A produce " + first));
    if (inTurn) {
      lines.add("A await-answer");
    }
    lines.add("B produce " + second);
    return Plays.script(lines);
  }

  private static Optional<Text> counted(Tried tried, String produce, String consume) {
    int made =
        tried.script().steps().stream()
            .filter(step -> step.operation().name().equals(produce))
            .mapToInt(step -> Integer.parseInt(step.operation().argument(0)))
            .sum();
    List<String> eaten = Plays.answers(tried.history(), consume);
    List<String> odd = new ArrayList<>(Plays.answers(tried.history(), produce));
    odd.removeIf("done"::equals);
    if (!odd.isEmpty()) {
      return Optional.of(
          new Text(produce + " failed: " + odd.get(0), produce + " 失败了：" + odd.get(0))
              .after(tried.history() + "\n\n"));
    }
    boolean numbers = eaten.stream().allMatch(answer -> answer.matches("\\d+"));
    if (numbers && eaten.stream().mapToInt(Integer::parseInt).sum() == made) {
      return Optional.empty();
    }
    return Optional.of(
        new Text(
                made + " were produced; the consumers answered " + eaten + ".",
                "一共生产了 " + made + " 个，各个消费者的回答是 " + eaten + "。")
            .after(tried.history() + "\n\n"));
  }
}
