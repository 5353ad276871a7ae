package org.interlock.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.interlock.ProcessLong;
import org.interlock.Task;

/**
 * What a student's class is given: names for its objects, numbers to share, and work to do. All
 * processes of a try get the same bench.
 */
public final class Bench {
  private static final String NAMES = "names";
  private static final String HANDLED = "handled";
  private static final int ATTENTION_MILLIS = 150;

  private final Path directory;
  private final String prefix;
  private int stallIn;

  Bench(Path directory, String prefix) {
    this.directory = directory;
    this.prefix = prefix;
  }

  /**
   * A name for an object of this try: the same in all its processes, another in the next try.
   *
   * @param what which object
   * @return to be used in {@code open(…)}
   */
  public String name(String what) {
    String name = prefix + "-" + what;
    append(NAMES, name);
    return name;
  }

  /**
   * A number that all processes share, 0 at first.
   *
   * @param what which
   * @return a handle to it
   */
  public Cell cell(String what) {
    return new Cell(number(what), null, this::stallIfTold);
  }

  /**
   * As {@link #cell}, but reading takes a moment, as it does from a file.
   *
   * @param what which
   * @return a handle to it
   */
  public Cell slowCell(String what) {
    return new Cell(number(what), meeting(), this::stallIfTold);
  }

  /**
   * Takes a moment. Stands where a real program would do something that has nothing to do with it.
   */
  public void think() {
    meeting().come();
  }

  private Meeting meeting() {
    return new Meeting(number("meeting"));
  }

  private ProcessLong number(String what) {
    return ProcessLong.open(name("cell-" + what), 0);
  }

  /**
   * What a helper does: it watches until it is ended.
   *
   * @return the task, to be handed to a child
   */
  public Task watch() {
    return new Watch(directory.resolve("orphan").toString());
  }

  /**
   * Eats a dish, which takes a moment.
   *
   * @param dish which
   */
  public void eat(String dish) {
    ProcessLong asked = number("asked");
    long before = asked.get();
    long start = System.nanoTime();
    // A cook that believes too early that all is eaten asks meanwhile.
    while (asked.get() == before
        && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(ATTENTION_MILLIS)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    append(HANDLED, dish);
  }

  /**
   * How many dishes were eaten so far.
   *
   * @return how many
   */
  public int eaten() {
    int eaten = handled().size();
    number("asked").addAndGet(1);
    return eaten;
  }

  /**
   * Handles an order. The first time it sees one that begins with {@code bad}, it fails.
   *
   * @param order which
   * @throws IOException if it failed: the order is as it was, and must be handled again
   */
  public void handle(String order) throws IOException {
    stallIfTold();
    if (order.startsWith("bad") && number("failed-" + order).compareAndSet(0, 1)) {
      throw new IOException("the printer is out of paper");
    }
    append(HANDLED, order);
  }

  // ------------------------------------------------------------------ for the checks

  /** The step of that number, from here, takes for ever: the process will be killed in it. */
  void stallIn(int steps) {
    stallIn = steps;
  }

  private void stallIfTold() {
    if (stallIn > 0 && --stallIn == 0) {
      while (true) {
        LockSupport.park();
      }
    }
  }

  List<String> handled() {
    return lines(directory, HANDLED);
  }

  static List<String> handled(Path directory) {
    return lines(directory, HANDLED);
  }

  static List<String> names(Path directory) {
    return lines(directory, NAMES).stream().distinct().toList();
  }

  private static List<String> lines(Path directory, String file) {
    try {
      Path path = directory.resolve(file);
      return Files.exists(path) ? Files.readAllLines(path) : Collections.emptyList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(String file, String line) {
    try {
      Files.writeString(
          directory.resolve(file),
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
