package org.interlock.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
  private static final Duration SHORTEST = Duration.ofMillis(10);

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
    if (watch != null && watch.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("--watch looks again after 10ms or more");
    }
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
    List<Pattern> forms = patterns.stream().map(ListCommand::form).toList();
    return entries.stream()
        .filter(
            entry ->
                forms.stream().anyMatch(form -> form.matcher(entry.view().info().name()).matches()))
        .toList();
  }

  /** Everything but * and ? stands for itself: a damaged name may hold any character. */
  private static Pattern form(String pattern) {
    String form = "\\Q" + pattern.replace("\\E", "\\E\\\\E\\Q") + "\\E";
    return Pattern.compile(form.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"), Pattern.DOTALL);
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
