package org.interlock.cli;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.interlock.internal.look.ObjectView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ls}. */
@Command(
    name = "ls",
    description = {
      "Lists objects and POSIX semaphores. Looking takes no part: nobody notices.",
      "",
      "HOLDER: pids, and how many permits or items each holds. WAITERS: sleeping threads; a JVM has"
          + " one for all of its threads that wait for the same. SIZE: memory in use."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock ls 'orders*'",
      "  interlock ls --watch",
      "  interlock ls --json | jq '.[] | select(.waiters != [])'"
    })
final class ListCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATTERN", description = "names, with * and ? (default: all)")
  private List<String> patterns = List.of();

  @Option(names = "--json", description = "an array of objects; with --watch one in each line")
  private boolean json;

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "1s",
      paramLabel = "TIME",
      description = "again and again, each second unless TIME says otherwise")
  private @Nullable Duration watch;

  @Override
  public Integer call() throws InterruptedException {
    while (true) {
      List<Census.Entry> entries = matching(Census.take().named());
      String text = json ? JsonText.of(entries) + System.lineSeparator() : table(entries);
      System.out.print(watch != null && !json ? Terminal.clearing() + text : text);
      System.out.flush();
      if (watch == null) {
        return ExitCodes.OK;
      }
      if (System.out.checkError()) {
        return ExitCodes.FAILED; // nobody reads any more
      }
      Thread.sleep(watch.toMillis());
    }
  }

  private List<Census.Entry> matching(List<Census.Entry> entries) {
    if (patterns.isEmpty()) {
      return entries;
    }
    List<PathMatcher> matchers = new ArrayList<>();
    for (String pattern : patterns) {
      matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + pattern));
    }
    return entries.stream()
        .filter(
            entry -> {
              Path name = Path.of(entry.view().info().name());
              return matchers.stream().anyMatch(matcher -> matcher.matches(name));
            })
        .toList();
  }

  static String table(List<Census.Entry> entries) {
    Table table = new Table("KIND", "NAME", "STATE", "HOLDER", "WAITERS", "SIZE", "AGE");
    for (Census.Entry entry : entries) {
      ObjectView view = entry.view();
      table.add(
          Texts.kind(view),
          Texts.printable(view.info().name()),
          Texts.state(view),
          Texts.holder(view),
          Texts.waiters(entry),
          Times.bytes(view.memory()),
          Texts.ageText(view));
    }
    return table.toString();
  }
}
