package org.interlock.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.interlock.Shared;
import org.interlock.course.Exercise.Tried;
import org.interlock.testkit.Crew;
import org.interlock.testkit.Hang;
import org.interlock.testkit.Script;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts against a student's class until one shows that something is wrong, and then looks
 * for the shortest that does. The workers stay up from check to check. For one thread.
 */
final class Check implements AutoCloseable {
  private static final int WORKERS = 3;

  /** A right solution answers in milliseconds; this is for machines that are very busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Once it is known that something is wrong, a wrong guess costs only a longer example. */
  private static final Duration IMPATIENCE = Duration.ofSeconds(2);

  private static final long SHRINKING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int SHRINKING_TRIES = 25;
  private static final long SEED = 2024;
  private static int tries;

  private @Nullable Crew crew;
  private Duration patience = PATIENCE;

  /** What is wrong, and with which script. */
  record Fault(Script script, Text what) {}

  /** What came of a check: no fault if all is right. */
  record Result(Exercise exercise, int scripts, int shrunk, @Nullable Fault fault) {}

  Result run(Exercise exercise, String className) {
    Result[] result = new Result[1];
    JqwikSession.run(() -> result[0] = search(exercise, className));
    return result[0];
  }

  private Result search(Exercise exercise, String className) {
    Iterator<Shrinkable<Script>> scripts =
        exercise.scripts().get().generator(exercise.tries()).stream(new Random(SEED)).iterator();
    for (int i = 1; i <= exercise.tries(); i++) {
      Shrinkable<Script> script = scripts.next();
      Optional<Fault> fault = attempt(exercise, className, script.value(), PATIENCE);
      if (fault.isPresent()) {
        return shrink(exercise, className, script, fault.get(), i);
      }
    }
    return new Result(exercise, exercise.tries(), 0, null);
  }

  private Result shrink(
      Exercise exercise, String className, Shrinkable<Script> found, Fault fault, int scripts) {
    Shrinkable<Script> best = found;
    Fault shortest = fault;
    int steps = 0;
    int left = SHRINKING_TRIES;
    long start = System.nanoTime();
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      Iterator<Shrinkable<Script>> candidates = best.shrink().iterator();
      while (!shorter
          && candidates.hasNext()
          && left-- > 0
          && System.nanoTime() - start < SHRINKING_NANOS) {
        Shrinkable<Script> candidate = candidates.next();
        Optional<Fault> again = attempt(exercise, className, candidate.value(), IMPATIENCE);
        if (again.isPresent()) {
          best = candidate;
          shortest = again.get();
          steps++;
          shorter = true;
        }
      }
    }
    if (steps > 0) {
      // What impatience called a hang may have been a busy machine.
      shortest = attempt(exercise, className, best.value(), PATIENCE).orElse(fault);
    }
    return new Result(exercise, scripts, steps, shortest);
  }

  private Optional<Fault> attempt(
      Exercise exercise, String className, Script script, Duration wanted) {
    Path directory = null;
    try {
      directory = Files.createTempDirectory("interlock-course");
      String prefix = "course-" + ProcessHandle.current().pid() + "-" + tries++;
      Tried tried =
          new Tried(
              script, crew(wanted).run(script, className, directory.toString(), prefix), directory);
      return exercise.judge().fault(tried).map(what -> new Fault(script, what));
    } catch (Hang e) {
      close();
      return Optional.of(new Fault(script, Stuck.describe(e)));
    } catch (AssertionError e) {
      close();
      return Optional.of(new Fault(script, Text.same(String.valueOf(e.getMessage()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (directory != null) {
        clear(directory);
      }
    }
  }

  /** Workers that are up are patient enough for an impatient try, but not the other way round. */
  private Crew crew(Duration wanted) {
    if (crew != null && patience.compareTo(wanted) < 0) {
      close();
    }
    if (crew == null) {
      patience = wanted;
      crew = Crew.start(WORKERS, SolutionProgram.class, wanted);
    }
    return crew;
  }

  private static void clear(Path directory) {
    Bench.names(directory).forEach(Shared::unlink);
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (crew != null) {
      crew.close();
      crew = null;
    }
  }
}
