package org.interlock.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.interlock.PosixException;
import org.interlock.internal.ObjectIdentity;
import org.interlock.internal.look.Bystander;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.ProcessView;
import org.interlock.internal.look.Sighting;
import org.interlock.internal.look.Sleep;
import org.interlock.internal.look.Space;

/** Objects, and the processes that have them open or wait for them, at one moment. */
final class Census {
  /** Thread {@code thread} of process {@code pid} sleeps. */
  record Waiter(long pid, int thread, Sleep sleep) {}

  /**
   * An object with what processes do with it.
   *
   * @param openIn pids
   * @param waitersKnown false: of a process that has it open the system does not tell
   */
  record Entry(ObjectView view, Set<Long> openIn, List<Waiter> waiters, boolean waitersKnown) {}

  /** By pid; those that the system does not tell us of are not there. */
  private final Map<Long, ProcessView> processes = new TreeMap<>();

  /** Looks at every process that we may look at. */
  static Census take() {
    Census census = new Census();
    ProcessHandle.allProcesses().forEach(handle -> census.see(handle.pid()).ifPresent(census::add));
    return census;
  }

  private void add(ProcessView process) {
    processes.put(process.pid(), process);
  }

  private Optional<ProcessView> see(long pid) {
    try {
      return Bystander.process(pid);
    } catch (PosixException e) { // another user's
      return Optional.empty();
    }
  }

  /** Every object and semaphore that has a name. */
  List<Entry> named() {
    List<Entry> entries = new ArrayList<>();
    for (Sighting name : Bystander.list()) {
      Bystander.look(name.space(), name.name()).ifPresent(view -> entries.add(entry(view)));
    }
    return sorted(entries);
  }

  /** Those of a name: one of each space. */
  List<Entry> named(String name) {
    List<Entry> entries = new ArrayList<>();
    for (Space space : Space.values()) {
      Bystander.look(space, name).ifPresent(view -> entries.add(entry(view)));
    }
    return entries;
  }

  /** What a process has open, with a name or without. */
  List<Entry> openIn(ProcessView process) {
    Map<ObjectIdentity, Sighting> files = new LinkedHashMap<>();
    for (Sighting seen :
        process.sightings()) { // descriptors come first: they reach what has no name
      files.putIfAbsent(seen.identity(), seen);
    }
    List<Entry> entries = new ArrayList<>();
    for (Sighting seen : files.values()) {
      Bystander.look(process.pid(), seen).ifPresent(view -> entries.add(entry(view)));
    }
    // The semaphore of an anonymous one is seen beside its segment.
    List<ObjectView> all = entries.stream().map(Entry::view).toList();
    entries.removeIf(entry -> all.stream().anyMatch(other -> isBeside(entry.view(), other)));
    return sorted(entries);
  }

  private static boolean isBeside(ObjectView semaphore, ObjectView segment) {
    return !semaphore.info().identity().equals(segment.info().identity())
        && segment.isBehind(semaphore.info().identity());
  }

  private static List<Entry> sorted(List<Entry> entries) {
    entries.sort(
        Comparator.comparing((Entry entry) -> entry.view().info().name())
            .thenComparing(entry -> entry.view().space()));
    return entries;
  }

  private Entry entry(ObjectView view) {
    Set<Long> openIn = new TreeSet<>();
    List<Waiter> waiters = new ArrayList<>();
    boolean known = true;
    for (ProcessView process : processes.values()) {
      for (Sighting seen : process.sightings()) {
        if (!view.isBehind(seen.identity())) {
          continue;
        }
        openIn.add(process.pid());
        known &= !process.threadsHidden();
        if (seen.thread() != 0) {
          waiters.add(new Waiter(process.pid(), seen.thread(), seen.sleep()));
        }
      }
    }
    for (ObjectView.User user : view.users()) {
      if (user.pid() != 0) {
        known &= processes.containsKey((long) user.pid());
        openIn.add((long) user.pid());
      }
    }
    return new Entry(view, openIn, waiters, known);
  }
}
