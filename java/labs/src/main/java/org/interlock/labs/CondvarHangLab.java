package org.interlock.labs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.interlock.ChildProcess;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.posix.ConditionVariable;
import org.interlock.posix.Mutex;
import org.interlock.posix.SharedMemory;
import picocli.CommandLine.Command;

/**
 * A condition variable in shared memory hangs after one waiter was killed; a condition of {@link
 * ProcessLock} does not.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run condvar-hang}
 *
 * <p><b>Expect:</b> three processes wait and one is killed. Then another process broadcasts, again
 * and again, each time when the two that are left wait. With glibc 2.25 to 2.40 its second {@code
 * pthread_cond_broadcast} never returns, and the watchdog ends it; other C libraries may do better,
 * and the lab says what it saw. With {@code ProcessLock.condition} all broadcasts return.
 *
 * <pre>
 * pthread_cond_t: 3 processes wait, one is killed
 *   broadcast 1 has returned
 * pthread_cond_t: broadcast 2 does not return: the watchdog ends process 24677
 * ProcessLock.condition: 3 processes wait, one is killed
 *   broadcast 1 has returned
 *   broadcast 2 has returned
 *   broadcast 3 has returned
 *   broadcast 4 has returned
 *   broadcast 5 has returned
 * ProcessLock.condition: 5 of 5 broadcasts have returned, it does not hang here
 * </pre>
 *
 * <p><b>Why:</b> glibc keeps the waiters in two groups. Before it lets the newer group become the
 * one that is woken, it waits for everybody in the older to have left. A process that was killed in
 * there never leaves, and who waits for it holds the mutex, so that all others stop too. This is
 * why nothing in {@code org.interlock} waits on a condition variable (decision 0002): a condition
 * of {@code ProcessLock} has an entry for each waiter, a {@code futex} to wait on, and entries of
 * the dead are found and freed. {@code org.interlock.posix} is there for courses, and for C
 * programs.
 */
@Command(
    name = "condvar-hang",
    description = "a condition variable hangs after a waiter was killed; ours does not")
final class CondvarHangLab extends Lab {
  private static final int WAITERS = 3;
  private static final int LEFT = WAITERS - 1;
  private static final int BROADCASTS = 5;

  /** Not divided by --fast: to say that something hangs one must have waited. */
  private static final int PATIENCE_SECONDS = 2;

  /** How often the watchdog looks and sees no change: twice inside of a broadcast, else longer. */
  private static final int LOOKS_INSIDE = 2;

  private static final int LOOKS_BETWEEN = 15;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    String name = "/condvar-hang-" + Lesson.pid();
    try (SharedMemory memory = SharedMemory.create(name, 4096)) {
      try {
        Mutex.init(memory, 0);
        ConditionVariable.init(memory, conditionOffset());
        tryOut(lesson, "pthread_cond_t", () -> posix(name));
      } finally {
        memory.unlink();
      }
    }
    try (ProcessLock lock = ProcessLock.create()) {
      tryOut(lesson, "ProcessLock.condition", () -> ours(lock));
    }
  }

  /** A lock with a condition. */
  private interface Monitor {
    void lock();

    void unlock();

    void awaitWhile(BooleanSupplier holds) throws InterruptedException;

    void broadcast();
  }

  /** How a process comes to it. */
  @FunctionalInterface
  private interface Opener extends Serializable {
    Monitor open();
  }

  /** What the processes know of each other; changed by whoever holds the lock. */
  private record Board(ProcessLong waiting, ProcessLong round, ProcessLong returned)
      implements Serializable {}

  private static void tryOut(Lesson lesson, String what, Opener opener)
      throws InterruptedException {
    try (ProcessLong waiting = ProcessLong.create(0);
        ProcessLong round = ProcessLong.create(0);
        ProcessLong returned = ProcessLong.create(0)) {
      Board board = new Board(waiting, round, returned);
      List<ChildProcess> children = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        children.add(ChildProcess.startDaemon(() -> waitForEver(opener.open(), board)));
      }
      killWhileItWaits(children.get(0), opener.open(), board);
      lesson.say("%s: %d processes wait, one is killed", "%s: %d 个进程在等待,杀死其中一个", what, WAITERS);
      ChildProcess caller = ChildProcess.startDaemon(() -> broadcast(lesson, opener.open(), board));
      children.add(caller);
      watch(lesson, what, caller, board);
      for (ChildProcess child : children) {
        child.kill();
        child.join();
      }
    }
  }

  private static void waitForEver(Monitor monitor, Board board) throws InterruptedException {
    monitor.lock();
    while (true) {
      long round = board.round().get();
      board.waiting().addAndGet(1);
      monitor.awaitWhile(() -> board.round().get() == round);
    }
  }

  /** Who holds the lock when all wait knows that they are inside of await, and stay there. */
  private static void killWhileItWaits(ChildProcess victim, Monitor monitor, Board board)
      throws InterruptedException {
    lockWhenWaiting(WAITERS, monitor, board);
    victim.kill();
    victim.join();
    board.waiting().addAndGet(-1);
    monitor.unlock();
  }

  private static void broadcast(Lesson lesson, Monitor monitor, Board board)
      throws InterruptedException {
    for (int i = 1; i <= BROADCASTS; i++) {
      lockWhenWaiting(LEFT, monitor, board);
      board.waiting().set(0);
      board.round().addAndGet(1);
      monitor.broadcast();
      board.returned().addAndGet(1);
      lesson.say("  broadcast %d has returned", "  第 %d 次 broadcast 返回了", i);
      monitor.unlock();
    }
  }

  private static void lockWhenWaiting(int wanted, Monitor monitor, Board board)
      throws InterruptedException {
    monitor.lock();
    while (board.waiting().get() != wanted) {
      monitor.unlock();
      Thread.sleep(1);
      monitor.lock();
    }
  }

  /** The watchdog: looks whether the caller still gets on, and ends it if it does not. */
  private static void watch(Lesson lesson, String what, ChildProcess caller, Board board)
      throws InterruptedException {
    long seen = -1;
    int looks = 0;
    while (!caller.join(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      long returned = board.returned().get();
      long begun = board.round().get();
      looks = begun + returned == seen ? looks + 1 : 1;
      seen = begun + returned;
      if (begun > returned && looks > LOOKS_INSIDE) {
        lesson.say(
            "%s: broadcast %d does not return: the watchdog ends process %d",
            "%s: 第 %d 次 broadcast 一直不返回,看门狗终止进程 %d", what, begun, caller.pid());
        return;
      }
      if (begun == returned && looks > LOOKS_BETWEEN) {
        lesson.say(
            "%s: after broadcast %d the waiters do not come back: the watchdog ends process %d",
            "%s: 第 %d 次 broadcast 之后等待者没有回来,看门狗终止进程 %d", what, returned, caller.pid());
        return;
      }
    }
    if (board.returned().get() < BROADCASTS) {
      throw new IllegalStateException(caller + " has failed");
    }
    lesson.say(
        "%s: %d of %d broadcasts have returned, it does not hang here",
        "%s: %d/%d 次 broadcast 都返回了,在这里没有卡住", what, board.returned().get(), BROADCASTS);
  }

  private static Monitor ours(ProcessLock lock) {
    Condition condition = lock.condition("round");
    return new Monitor() {
      @Override
      public void lock() {
        lock.lock();
      }

      @Override
      public void unlock() {
        lock.unlock();
      }

      @Override
      public void awaitWhile(BooleanSupplier holds) throws InterruptedException {
        while (holds.getAsBoolean()) {
          condition.await();
        }
      }

      @Override
      public void broadcast() {
        condition.signalAll();
      }
    };
  }

  private static Monitor posix(String name) {
    SharedMemory memory = SharedMemory.open(name);
    Mutex mutex = Mutex.at(memory, 0);
    ConditionVariable condition = ConditionVariable.at(memory, conditionOffset());
    return new Monitor() {
      @Override
      public void lock() {
        mutex.lock();
      }

      @Override
      public void unlock() {
        mutex.unlock();
      }

      @Override
      public void awaitWhile(BooleanSupplier holds) {
        while (holds.getAsBoolean()) {
          condition.await(mutex);
        }
      }

      @Override
      public void broadcast() {
        condition.broadcast();
      }
    };
  }

  /** Behind the mutex, on the next cache line. */
  private static long conditionOffset() {
    return (Mutex.size() + 63) / 64 * 64;
  }
}
