package org.interlock.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import org.interlock.course.Exercise.Tried;
import org.interlock.testkit.Model;

/** Session 1: processes and daemon children. */
final class ProcessesSession {
  private static final int END_SECONDS = 60;

  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "1.1",
              "Helper",
              new Text(
                  "a helper ends with the process that started it, even if that is killed",
                  "帮手进程跟着启动它的进程一起结束，哪怕后者是被杀死的"),
              new Text(
                  "A child lives on when its parent is gone, unless it is a daemon. That is decided"
                      + " before it starts.",
                  "父进程没了，子进程照样活着，除非它是守护进程；这件事必须在启动之前定下来。"),
              2,
              () ->
                  Arbitraries.integers()
                      .between(1, 2)
                      .map(
                          helpers -> {
                            List<String> lines = new ArrayList<>();
                            for (int i = 0; i < helpers; i++) {
                              lines.add("A start");
                            }
                            lines.add("A await-answer");
                            lines.add("A kill");
                            return Plays.script(lines);
                          }),
              ProcessesSession::outlived),
          new Exercise(
              "1.2",
              "Failures",
              new Text(
                  "failed(tasks) runs each task in a process of its own, all at the same time, and"
                      + " answers how many did not end with exit code 0",
                  "failed(tasks) 给每个任务一个进程，同时运行，返回退出码不为 0 的个数"),
              new Text(
                  "exitCode() is empty as long as the process is alive: wait for its end with join()"
                      + " first.",
                  "进程还活着时 exitCode() 是空的：先用 join() 等它结束。"),
              3,
              () ->
                  Arbitraries.of("0", "3")
                      .list()
                      .ofMinSize(1)
                      .ofMaxSize(2)
                      .map(codes -> Plays.script(List.of("A failed " + String.join(" ", codes)))),
              Exercise.fits(
                  Simple.of(
                      "the number of tasks that failed",
                      0,
                      (state, party, operation) ->
                          Model.only(
                              String.valueOf(
                                  operation.arguments().stream()
                                      .filter(code -> !code.equals("0"))
                                      .count()),
                              state)))));

  private ProcessesSession() {}

  private static Optional<Text> outlived(Tried tried) {
    List<String> answers = Plays.answers(tried.history(), "start");
    for (String answer : answers) {
      if (!answer.startsWith("pid ")) {
        return Optional.of(
            new Text(
                "start() answered " + answer + "; it is to return the child",
                "start() 得到的是 " + answer + "；它应该返回子进程"));
      }
      awaitEnd(Long.parseLong(answer.substring("pid ".length())));
    }
    try (Stream<Path> files = Files.list(tried.directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("orphan-"))
          .findFirst()
          .map(name -> name.substring("orphan-".length()))
          .map(
              pid ->
                  new Text(
                          "Five seconds after its parent was killed, process "
                              + pid
                              + " was still there.",
                          "父进程被杀死五秒之后，进程 " + pid + " 还在。")
                      .after(tried.history() + "\n\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that outlives its parent tells so and ends by itself. */
  private static void awaitEnd(long pid) {
    Optional<ProcessHandle> child = ProcessHandle.of(pid);
    if (child.isPresent()) {
      try {
        child.get().onExit().get(END_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("process " + pid + " does not end", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
