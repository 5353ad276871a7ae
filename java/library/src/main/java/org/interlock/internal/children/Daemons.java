package org.interlock.internal.children;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.interlock.internal.ExitSteps;

/**
 * The daemon children of this process, which end with it.
 *
 * <ul>
 *   <li>{@code System.exit}, a signal, or the end of the last non-daemon thread: a step at exit.
 *   <li>The end of the last non-daemon thread while non-daemon children still run: these keep the
 *       JVM alive, so nothing of that runs yet. Their reapers look for it (see {@link
 *       LastThreads}).
 *   <li>SIGKILL, halt, a crash: nothing here; the guardians notice by themselves.
 * </ul>
 */
final class Daemons {
  /**
   * A guardian needs some 1.3 s when SIGTERM is ignored; what it has not done then it does alone.
   */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  /** For which a guardian lives; also those that have ended and left processes behind. */
  private static final Set<Child> GUARDED = ConcurrentHashMap.newKeySet();

  private static final ReentrantLock LOOKING = new ReentrantLock();

  private Daemons() {}

  static void add(Child child) {
    GUARDED.add(child);
    // False: the guardians will see the end of this process.
    boolean ignored = ExitSteps.add(ExitSteps.Step.END_DAEMONS, Daemons::endAll);
  }

  static void remove(Child child) {
    GUARDED.remove(child);
  }

  /** Called now and then by the reapers of non-daemon children. */
  static void endIfLastThreadsEnded() {
    if (GUARDED.isEmpty() || !LOOKING.tryLock()) {
      return;
    }
    try {
      if (LastThreads.haveEnded()) {
        endAll();
      }
    } finally {
      LOOKING.unlock();
    }
  }

  /** SIGTERM, after a grace period SIGKILL; returns when they are gone, or after some 2 s. */
  private static void endAll() {
    GUARDED.forEach(Child::abandon);
    CompletableFuture<?>[] ends =
        GUARDED.stream().map(Child::ended).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Their guardians go on.
    }
  }
}
