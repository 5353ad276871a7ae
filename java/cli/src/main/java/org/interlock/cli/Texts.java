package org.interlock.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Kinds;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.ObjectView.User;
import org.interlock.internal.look.Sight;

/**
 * How objects are told to people. A kind that is not in the table tells its details as they are.
 */
final class Texts {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** What state a kind is in, from its details. */
  private static final Map<Integer, Function<Map<String, Long>, String>> STATES =
      Map.of(
          Kinds.LOCK, Texts::lock,
          Kinds.LONG, details -> String.valueOf(details.get("value")),
          Kinds.EVENT, details -> is(details, "set") ? "set" : "clear",
          Kinds.SEMAPHORE,
              details -> details.containsKey("value") ? "value " + details.get("value") : "",
          Kinds.PERMITS,
              details -> details.get("available") + " of " + details.get("permits") + " free",
          Kinds.BARRIER, Texts::barrier,
          Kinds.QUEUE, Texts::queue,
          Kinds.PIPE, Texts::pipe,
          Kinds.JOINABLE_QUEUE,
              details -> queue(details) + ", " + details.get("unfinished") + " unfinished");

  private Texts() {}

  private static boolean is(Map<String, Long> details, String name) {
    return details.getOrDefault(name, 0L) != 0;
  }

  private static String lock(Map<String, Long> details) {
    String state = is(details, "held") ? "held" : "free";
    return is(details, "ownerDied") ? state + ", an owner died" : state;
  }

  private static String barrier(Map<String, Long> details) {
    String came = details.get("arrived") + " of " + details.get("parties") + " came";
    return is(details, "broken") ? "broken, " + came : came;
  }

  private static String pipe(Map<String, Long> details) {
    return "left sent "
        + details.get("sentByLeft")
        + (is(details, "leftClosed") ? ", closed" : "")
        + "; right sent "
        + details.get("sentByRight")
        + (is(details, "rightClosed") ? ", closed" : "");
  }

  private static String queue(Map<String, Long> details) {
    long capacity = details.getOrDefault("capacity", 0L);
    long count = details.getOrDefault("items", 0L);
    String items =
        capacity < Integer.MAX_VALUE
            ? count + " of " + capacity + " items"
            : count + (count == 1 ? " item" : " items");
    return is(details, "shutDown") ? items + ", shut down" : items;
  }

  static String kind(ObjectView view) {
    int kind = view.info().kind();
    String name = HotCalls.kindName(kind);
    return !name.isEmpty() ? name : kind == 0 ? "?" : "kind " + kind;
  }

  static String state(ObjectView view) {
    String state =
        switch (view.sight()) {
          case WHOLE -> stateOfKind(view);
          case UNREADY -> "unfinished";
          case STRANGE -> "of " + view.info().platform() + ", layout " + view.info().layout();
          case CLOSED -> "of user " + view.uid();
          case DAMAGED -> "damaged";
        };
    return view.named() ? state : state.isEmpty() ? "no name" : state + ", no name";
  }

  private static String stateOfKind(ObjectView view) {
    Function<Map<String, Long>, String> state = STATES.get(view.info().kind());
    return state != null
        ? state.apply(view.details())
        : view.details().entrySet().stream()
            .map(detail -> detail.getKey() + " " + detail.getValue())
            .collect(Collectors.joining(", "));
  }

  /** Who keeps others waiting. An arrival at a barrier is no such thing. */
  static List<User> holders(ObjectView view) {
    List<User> holders = new ArrayList<>();
    if (view.info().kind() != Kinds.BARRIER) {
      view.users().stream().filter(user -> user.holds() != 0).forEach(holders::add);
    }
    return holders;
  }

  static String holder(ObjectView view) {
    return holders(view).stream()
        .map(user -> user.pid() + (user.holds() == 1 ? "" : " (" + user.holds() + ")"))
        .collect(Collectors.joining(" "));
  }

  static String waiters(Census.Entry entry) {
    return entry.waiters().size() + (entry.waitersKnown() ? "" : "+?");
  }

  /** Since when there is an object; zero if that is not known. */
  static Duration age(ObjectView view) {
    long created = view.createdAtNanos();
    boolean known = created > 0 && view.sight() != Sight.DAMAGED;
    return known ? Duration.between(createdAt(view), Instant.now()) : Duration.ZERO;
  }

  static Instant createdAt(ObjectView view) {
    return Instant.ofEpochSecond(
        view.createdAtNanos() / NANOS_PER_SECOND, view.createdAtNanos() % NANOS_PER_SECOND);
  }

  static String ageText(ObjectView view) {
    return view.createdAtNanos() > 0 ? Times.brief(age(view)) : "";
  }

  /** A name may hold anything that a file name may; a terminal is not to obey it. */
  static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).forEach(text::appendCodePoint);
    return text.toString();
  }

  /** The program of a process, for people who read its pid. */
  static String program(long pid) {
    return ProcessHandle.of(pid)
        .map(handle -> handle.info().commandLine().or(() -> handle.info().command()).orElse("?"))
        .map(Texts::printable)
        .orElse("?");
  }
}
