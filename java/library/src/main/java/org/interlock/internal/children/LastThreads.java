package org.interlock.internal.children;

/**
 * Tells when the program has ended but for the children that the JVM waits for: main has returned,
 * and no non-daemon thread is left but reapers.
 */
final class LastThreads {
  /** The VM's name for the thread that waits in {@code DestroyJavaVM} after main has returned. */
  private static final String DESTROYER = "DestroyJavaVM";

  private LastThreads() {}

  /** The group that holds all others. */
  static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }

  /**
   * Whether nobody is left. Looks twice, because one look is no snapshot: a thread in a group that
   * was not looked at yet may have started one in a group that was, and ended.
   */
  static boolean haveEnded() {
    return lookAround() && lookAround();
  }

  private static boolean lookAround() {
    boolean mainHasEnded = false;
    for (Thread thread : all()) {
      if (isDestroyer(thread)) {
        mainHasEnded = true;
      } else if (!thread.isDaemon() && thread.isAlive() && !isReaper(thread)) {
        return false;
      }
    }
    // Without it, main may have left the JVM for a while (a program in C that embeds it).
    return mainHasEnded;
  }

  private static Iterable<Thread> all() {
    ThreadGroup root = rootGroup();
    Thread[] threads = new Thread[root.activeCount() + 8];
    int count = root.enumerate(threads, true);
    while (count == threads.length) {
      threads = new Thread[2 * threads.length];
      count = root.enumerate(threads, true);
    }
    return java.util.List.of(java.util.Arrays.copyOf(threads, count));
  }

  /** It runs no Java code; a user's thread of that name does. */
  private static boolean isDestroyer(Thread thread) {
    return thread.getName().equals(DESTROYER) && thread.getStackTrace().length == 0;
  }

  /** By name: another class loader may have another Interlock with reapers of its own. */
  private static boolean isReaper(Thread thread) {
    return thread.getClass().getName().equals(Reaper.class.getName());
  }
}
