package org.interlock.internal;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is done when the JVM ends, one step after the other. Hooks of the JVM run side by side: this
 * process left an anonymous object to its daemon child, the child was killed, and the name stayed.
 */
public final class ExitSteps {
  /** In their order. */
  public enum Step {
    /** Nobody will need them. */
    END_SPARES,
    /** When it returns they are gone, as a rule, and have nothing open any more. */
    END_DAEMONS,
    /** Names that nobody else uses go. */
    GIVE_BACK_OBJECTS
  }

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Map<Step, Runnable> ACTIONS = new EnumMap<>(Step.class);
  private static final Set<Step> BEGUN = EnumSet.noneOf(Step.class);
  private static boolean hooked;

  private ExitSteps() {}

  /** To be done at the end. False: it is too late. */
  public static boolean add(Step step, Runnable action) {
    LOCK.lock();
    try {
      if (!hooked) {
        Runtime.getRuntime()
            .addShutdownHook(new Thread(null, ExitSteps::run, "interlock-exit", 0, false));
        hooked = true;
      }
      ACTIONS.put(step, action);
      return !BEGUN.contains(step);
    } catch (IllegalStateException e) {
      return false; // the hooks of the JVM run already
    } finally {
      LOCK.unlock();
    }
  }

  private static void run() {
    runFrom(0);
  }

  /** The next step comes also if this one fails. */
  private static void runFrom(int ordinal) {
    if (ordinal < Step.values().length) {
      try {
        take(Step.values()[ordinal]).run();
      } finally {
        runFrom(ordinal + 1);
      }
    }
  }

  private static Runnable take(Step step) {
    LOCK.lock();
    try {
      BEGUN.add(step);
      return ACTIONS.getOrDefault(step, () -> {});
    } finally {
      LOCK.unlock();
    }
  }
}
