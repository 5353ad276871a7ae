package org.interlock.labs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.interlock.ChildProcess;
import org.interlock.Codec;
import org.interlock.ProcessBarrier;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * What {@code scripts/compare-python} measures of Interlock: step by step the experiments that
 * {@code scripts/compare_python.py} does with Python's {@code multiprocessing}. Prints one line for
 * each, what happened.
 *
 * <p>The children report in {@code ProcessLong}s, which this process polls: so nothing that a death
 * may block is needed to see that something was blocked.
 */
@Command(
    name = "death-experiment",
    description = "Kills a process and prints what becomes of the others.",
    hidden = true)
final class DeathExperiments implements Callable<Integer> {
  private static final int PATIENCE_MILLIS = 5000;

  /** For a process that has said what it will do next to be blocked in it. */
  private static final int SETTLE_MILLIS = 300;

  private static final int STARTING_MILLIS = 30_000;
  private static final int LARGE = 4 << 20;
  private static final String HANGS = "hangs";

  /** The names are those of {@code scripts/compare_python.py}. */
  private enum Experiment {
    LOCK,
    CONDITION,
    EVENT,
    BARRIER,
    GET,
    INSIDE_PUT,
    INSIDE_GET,
    PARENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; their children live as long as the program",
      arity = "1..*")
  private List<Experiment> experiments;

  @Override
  public Integer call() throws Exception {
    for (Experiment experiment : experiments) {
      System.out.println(outcome(experiment));
    }
    return 0;
  }

  private static String outcome(Experiment experiment) throws InterruptedException {
    return switch (experiment) {
      case LOCK -> lock();
      case CONDITION -> condition();
      case EVENT -> event();
      case BARRIER -> barrier();
      case GET -> get();
      case INSIDE_PUT -> insidePut();
      case INSIDE_GET -> insideGet();
      case PARENT -> parent();
    };
  }

  /** The holder of a lock is killed while another waits for it. */
  private static String lock() throws InterruptedException {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLong stage = ProcessLong.create(0)) {
      ChildProcess holder =
          ChildProcess.startDaemon(
              () -> {
                lock.lock();
                stage.set(1);
                sleepForEver();
              });
      await(stage, 1);
      ChildProcess.startDaemon(
          () -> {
            stage.set(2);
            try (ProcessLock.Hold hold = lock.hold()) {
              stage.set(hold.previousOwnerDied() ? 4 : 3);
            }
          });
      await(stage, 2);
      settle();
      kill(holder);
      return !reaches(stage, 3)
          ? HANGS
          : stage.get() == 4 ? "gets it, and is told" : "gets it, and is not told";
    }
  }

  /** One of three waiters of a condition is killed, then all are notified. */
  private static String condition() throws InterruptedException {
    try (ProcessLock lock = ProcessLock.create();
        ProcessLong waiting = ProcessLong.create(0);
        ProcessLong notified = ProcessLong.create(0);
        ProcessLong woken = ProcessLong.create(0);
        ProcessLong returned = ProcessLong.create(0)) {
      Task waiter =
          () -> {
            Condition condition = lock.condition("c");
            lock.lock();
            try {
              waiting.addAndGet(1);
              while (notified.get() == 0) {
                condition.await();
              }
            } finally {
              lock.unlock();
            }
            woken.addAndGet(1);
          };
      ChildProcess victim = ChildProcess.startDaemon(waiter);
      ChildProcess.startDaemon(waiter);
      ChildProcess.startDaemon(waiter);
      await(waiting, 3);
      settle();
      kill(victim);
      ChildProcess.startDaemon(
          () -> {
            lock.lock();
            try {
              notified.set(1);
              lock.condition("c").signalAll();
              returned.set(1);
            } finally {
              lock.unlock();
            }
          });
      boolean returns = reaches(returned, 1);
      if (returns) {
        reaches(woken, 2);
      }
      return (returns ? "returns, " : "hangs, ") + woken.get() + " of 2 wake";
    }
  }

  /** One of two that wait for an event is killed, then it is set. */
  private static String event() throws InterruptedException {
    try (ProcessEvent event = ProcessEvent.create();
        ProcessLong waiting = ProcessLong.create(0);
        ProcessLong woken = ProcessLong.create(0);
        ProcessLong returned = ProcessLong.create(0)) {
      Task waiter =
          () -> {
            waiting.addAndGet(1);
            event.await();
            woken.addAndGet(1);
          };
      ChildProcess victim = ChildProcess.startDaemon(waiter);
      ChildProcess.startDaemon(waiter);
      await(waiting, 2);
      settle();
      kill(victim);
      ChildProcess.startDaemon(
          () -> {
            event.set();
            returned.set(1);
          });
      boolean returns = reaches(returned, 1);
      if (returns) {
        reaches(woken, 1);
      }
      return (returns ? "returns, " : "hangs, ") + woken.get() + " of 1 wakes";
    }
  }

  /** Two of three parties wait; one of them is killed, then the third comes. */
  private static String barrier() throws InterruptedException {
    try (ProcessBarrier barrier = ProcessBarrier.create(3);
        ProcessLong waiting = ProcessLong.create(0);
        ProcessLong through = ProcessLong.create(0);
        ProcessLong told = ProcessLong.create(0)) {
      Task party =
          () -> {
            waiting.addAndGet(1);
            try {
              barrier.await();
              through.addAndGet(1);
            } catch (BrokenBarrierException e) {
              told.addAndGet(1);
            }
          };
      ChildProcess victim = ChildProcess.startDaemon(party);
      ChildProcess.startDaemon(party);
      await(waiting, 2);
      settle();
      kill(victim);
      ChildProcess.startDaemon(party);
      return reaches(told, 2)
          ? "2 of 2 are told"
          : "hangs, " + told.get() + " of 2 are told, " + through.get() + " pass";
    }
  }

  /** A process that waits for an item is killed, then there is an item for another that waits. */
  private static String get() throws InterruptedException {
    try (ProcessQueue<byte[]> queue = ProcessQueue.create(Codec.bytes(), 4);
        ProcessLong waiting = ProcessLong.create(0);
        ProcessLong got = ProcessLong.create(0)) {
      Task taker =
          () -> {
            waiting.addAndGet(1);
            queue.take();
            got.addAndGet(1);
          };
      ChildProcess victim = ChildProcess.startDaemon(taker);
      await(waiting, 1);
      settle();
      ChildProcess.startDaemon(taker);
      await(waiting, 2);
      settle();
      kill(victim);
      queue.put(new byte[1]);
      return reaches(got, 1) ? "another gets it" : HANGS;
    }
  }

  /**
   * A process that puts large items is killed at a random moment, then another puts a small one.
   */
  private static String insidePut() throws InterruptedException {
    try (ProcessQueue<byte[]> queue = ProcessQueue.create(Codec.bytes(), 4);
        ProcessLong got = ProcessLong.create(0);
        ProcessLong last = ProcessLong.create(0);
        ProcessLong broken = ProcessLong.create(0)) {
      ChildProcess victim = ChildProcess.startDaemon(() -> putForEver(queue));
      ChildProcess.startDaemon(() -> takeForEver(queue, got, last, broken));
      await(got, 3);
      killAtARandomMoment(victim);
      ChildProcess.startDaemon(() -> queue.put(new byte[1]));
      return verdict(reaches(last, 1), broken);
    }
  }

  /** A process that takes large items is killed at a random moment, then another takes. */
  private static String insideGet() throws InterruptedException {
    try (ProcessQueue<byte[]> queue = ProcessQueue.create(Codec.bytes(), 4);
        ProcessLong got = ProcessLong.create(0);
        ProcessLong gotThen = ProcessLong.create(0);
        ProcessLong last = ProcessLong.create(0);
        ProcessLong broken = ProcessLong.create(0)) {
      ChildProcess.startDaemon(() -> putForEver(queue));
      ChildProcess victim = ChildProcess.startDaemon(() -> takeForEver(queue, got, last, broken));
      await(got, 3);
      killAtARandomMoment(victim);
      ChildProcess.startDaemon(() -> takeForEver(queue, gotThen, last, broken));
      return verdict(reaches(gotThen, 5), broken);
    }
  }

  private static String verdict(boolean goesOn, ProcessLong broken) {
    return broken.get() > 0 ? "damaged items" : goesOn ? "others go on, items whole" : HANGS;
  }

  private static void putForEver(ProcessQueue<byte[]> queue) throws InterruptedException {
    byte[] item = new byte[LARGE];
    for (byte value = 0; ; value++) {
      Arrays.fill(item, value);
      queue.put(item);
    }
  }

  private static void takeForEver(
      ProcessQueue<byte[]> queue, ProcessLong got, ProcessLong last, ProcessLong broken)
      throws InterruptedException {
    while (true) {
      byte[] item = queue.take();
      if (item.length == 1) {
        last.set(1);
      } else if (!isWhole(item)) {
        broken.addAndGet(1);
      }
      got.addAndGet(1);
    }
  }

  private static boolean isWhole(byte[] item) {
    byte[] expected = new byte[LARGE];
    Arrays.fill(expected, item[0]);
    return Arrays.equals(item, expected);
  }

  /** The parent of a daemon child is killed. */
  private static String parent() throws InterruptedException {
    try (ProcessLong child = ProcessLong.create(0)) {
      ChildProcess parent =
          ChildProcess.start(
              () -> {
                ChildProcess.startDaemon(
                    () -> {
                      child.set(Lesson.pid());
                      sleepForEver();
                    });
                sleepForEver();
              });
      await(child, 1);
      kill(parent);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      while (isAlive(child.get())) {
        if (System.nanoTime() > deadline) {
          return "survives";
        }
        Thread.sleep(1);
      }
      return "ends, too";
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static void sleepForEver() throws InterruptedException {
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void kill(ChildProcess victim) throws InterruptedException {
    victim.kill();
    victim.join();
  }

  private static void killAtARandomMoment(ChildProcess victim) throws InterruptedException {
    Thread.sleep(ThreadLocalRandom.current().nextInt(50));
    kill(victim);
  }

  private static void settle() throws InterruptedException {
    Thread.sleep(SETTLE_MILLIS);
  }

  /** Of what must happen before the experiment begins. */
  private static void await(ProcessLong value, long wanted) throws InterruptedException {
    if (!reaches(value, wanted, STARTING_MILLIS)) {
      throw new IllegalStateException("the children do not start");
    }
  }

  private static boolean reaches(ProcessLong value, long wanted) throws InterruptedException {
    return reaches(value, wanted, PATIENCE_MILLIS);
  }

  private static boolean reaches(ProcessLong value, long wanted, int millis)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (value.get() < wanted) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }
}
