package org.interlock.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.Sleep;

/** All that is known of one object, for people. */
final class Sheet {
  private final StringBuilder text = new StringBuilder();

  private Sheet() {}

  static String of(Census.Entry entry) {
    Sheet sheet = new Sheet();
    sheet.write(entry);
    return sheet.text.toString();
  }

  private void write(Census.Entry entry) {
    ObjectView view = entry.view();
    text.append(Texts.kind(view)).append(' ').append(Texts.printable(view.info().name()));
    text.append(System.lineSeparator());
    line("state", Texts.state(view));
    for (Map.Entry<String, Long> detail : view.details().entrySet()) {
      line("  " + detail.getKey(), detail.getValue().toString());
    }
    line("memory", Times.bytes(view.memory()) + " of at most " + Times.bytes(view.bytes()));
    line("codec", view.info().codec());
    line("user", Integer.toString(view.uid()));
    if (view.createdAtNanos() > 0) {
      line(
          "made",
          Texts.createdAt(view)
              + " by pid "
              + view.info().creatorPid()
              + ", "
              + Texts.ageText(view)
              + " ago");
      line("of", view.info().maker());
    }
    for (long pid : entry.openIn()) {
      line("open in", pid + what(entry, pid) + "  " + Texts.program(pid));
    }
    if (!entry.waitersKnown()) {
      line("waiters", "of some processes the system does not tell (see `interlock doctor`)");
    }
  }

  private static String what(Census.Entry entry, long pid) {
    int holds =
        entry.view().users().stream()
            .filter(user -> user.pid() == pid)
            .mapToInt(ObjectView.User::holds)
            .sum();
    List<Sleep> sleeps =
        entry.waiters().stream()
            .filter(waiter -> waiter.pid() == pid)
            .map(Census.Waiter::sleep)
            .toList();
    String waits =
        sleeps.isEmpty()
            ? ""
            : ", waits for "
                + sleeps.stream().map(Sleep::reason).distinct().collect(Collectors.joining(", "));
    return (holds == 0 ? "" : ", holds " + holds) + waits;
  }

  private void line(String title, String value) {
    if (!value.isEmpty()) {
      text.append(String.format("  %-14s %s%n", title, value));
    }
  }
}
