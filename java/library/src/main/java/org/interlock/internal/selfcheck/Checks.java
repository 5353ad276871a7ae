package org.interlock.internal.selfcheck;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.PermitPool;
import org.interlock.ProcessBarrier;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessLock.Hold;
import org.interlock.ProcessLong;
import org.interlock.ProcessPipe;
import org.interlock.ProcessPipe.Connection;
import org.interlock.ProcessQueue;
import org.interlock.ProcessSemaphore;

/** The table: a line for each kind of object, on anonymous ones. */
// serial: that lambdas reach private members; a child of this program reads them. WaitNotInLoop:
// these conditions wake nobody without a signal.
@SuppressWarnings({"serial", "WaitNotInLoop"})
final class Checks {
  /** Nothing here takes so long unless it hangs. */
  static final long PATIENCE_SECONDS = 30;

  private static final String CONDITION = "changed";

  private Checks() {}

  /** New objects each time; closing them is the caller's. */
  static List<Check<?>> all() {
    return List.of(
        new Check<>(
            "ProcessLock",
            ProcessLock.create(),
            lock -> lock.tryLock(),
            lock -> lock.isLocked() && !lock.tryLock(),
            Checks::isTakenFromTheDead),
        new Check<>(
            "condition of a ProcessLock",
            ProcessLock.create(),
            lock -> isStarted(() -> awaitChange(lock)),
            lock -> lock.tryLock(PATIENCE_SECONDS, SECONDS) && isUnlocked(lock),
            Checks::isSignalledPastTheDead),
        new Check<>(
            "ProcessSemaphore",
            ProcessSemaphore.create(1),
            semaphore -> semaphore.tryAcquire(),
            semaphore -> !semaphore.tryAcquire(),
            Checks::isReplacedByRelease),
        new Check<>(
            "PermitPool",
            PermitPool.create(1),
            pool -> pool.tryAcquire().isPresent(),
            pool -> pool.tryAcquire().isEmpty(),
            Checks::isGivenBack),
        new Check<>(
            "ProcessEvent",
            ProcessEvent.create(),
            event -> isStarted(event::set),
            event -> event.await(PATIENCE_SECONDS, SECONDS),
            event -> event.isSet()),
        new Check<>(
            "ProcessBarrier",
            ProcessBarrier.create(2),
            barrier -> isStarted(barrier::await),
            barrier -> barrier.await(PATIENCE_SECONDS, SECONDS) >= 0,
            Checks::isBroken),
        new Check<>(
            "ProcessLong",
            ProcessLong.create(1),
            number -> number.addAndGet(41) == 42,
            number -> number.get() == 42,
            number -> number.compareAndSet(42, 43)),
        new Check<>(
            "ProcessQueue",
            ProcessQueue.create(Codec.strings(), 2),
            queue -> queue.offer("first") && queue.offer("second"),
            queue -> "first".equals(queue.poll(PATIENCE_SECONDS, SECONDS)),
            queue -> "second".equals(queue.poll(PATIENCE_SECONDS, SECONDS))),
        new Check<>(
            "JoinableQueue",
            withItem(JoinableQueue.create(Codec.strings(), 2)),
            queue -> "item".equals(queue.poll()),
            queue -> queue.poll() == null && queue.unfinished() == 1,
            Checks::isDeliveredAgain),
        ofPipe(ProcessPipe.create(Codec.strings())));
  }

  /** The right end travels to the other process, and is its from then on. */
  private static Check<ProcessPipe<String>> ofPipe(ProcessPipe<String> pipe) {
    Connection<String> right = pipe.right();
    return new Check<>(
        "ProcessPipe",
        pipe,
        ignored -> isSent(right),
        here -> here.left().receive(PATIENCE_SECONDS, SECONDS).filter("item"::equals).isPresent(),
        here -> isAtItsEnd(here.left()));
  }

  private static boolean isSent(Connection<String> end) throws Exception {
    end.send("item");
    return true;
  }

  private static boolean isAtItsEnd(Connection<String> end) throws InterruptedException {
    try {
      Optional<String> item = end.receive(PATIENCE_SECONDS, SECONDS);
      throw new IllegalStateException("an end of the dead gave " + item);
    } catch (EOFException e) {
      return true;
    }
  }

  /** A permit that is not closed would keep its pool. */
  private static boolean isGivenBack(PermitPool pool) throws InterruptedException {
    Optional<PermitPool.Permit> permit = pool.tryAcquire(PATIENCE_SECONDS, SECONDS);
    permit.ifPresent(PermitPool.Permit::close);
    return permit.isPresent();
  }

  private static JoinableQueue<String> withItem(JoinableQueue<String> queue) {
    queue.add("item");
    return queue;
  }

  /** Something that waits, and may throw. */
  private interface Work {
    void run() throws Exception;
  }

  private static boolean isStarted(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                // Whoever waits for what it does, here or in the other process, tells that it did
                // not come.
              }
            },
            "interlock-self-check");
    thread.setDaemon(true);
    thread.start();
    return true;
  }

  private static boolean isUnlocked(ProcessLock lock) {
    lock.unlock();
    return true;
  }

  private static boolean isTakenFromTheDead(ProcessLock lock) throws InterruptedException {
    try (Hold hold = lock.tryHold(PATIENCE_SECONDS, SECONDS).orElseThrow()) {
      return hold.previousOwnerDied();
    }
  }

  private static void awaitChange(ProcessLock lock) throws InterruptedException {
    lock.lock();
    try {
      lock.condition(CONDITION).await();
    } finally {
      lock.unlock();
    }
  }

  /** The signal goes to us; the dead one had waited before. */
  private static boolean isSignalledPastTheDead(ProcessLock lock) throws InterruptedException {
    lock.lock();
    try {
      // It can not take the lock before we wait.
      isStarted(() -> signalChange(lock));
      return lock.condition(CONDITION).await(PATIENCE_SECONDS, SECONDS);
    } finally {
      lock.unlock();
    }
  }

  private static void signalChange(ProcessLock lock) {
    lock.lock();
    try {
      lock.condition(CONDITION).signal();
    } finally {
      lock.unlock();
    }
  }

  /** A semaphore's permit has no owner: it is lost with its holder until somebody releases it. */
  private static boolean isReplacedByRelease(ProcessSemaphore semaphore) {
    boolean lost = !semaphore.tryAcquire();
    semaphore.release();
    return lost && semaphore.tryAcquire();
  }

  private static boolean isBroken(ProcessBarrier barrier) throws Exception {
    try {
      barrier.await(PATIENCE_SECONDS, SECONDS);
      return false;
    } catch (BrokenBarrierException e) {
      return barrier.isBroken();
    }
  }

  private static boolean isDeliveredAgain(JoinableQueue<String> queue) throws InterruptedException {
    try (Delivery<String> delivery = queue.receive(PATIENCE_SECONDS, SECONDS).orElseThrow()) {
      delivery.done();
      return delivery.isRedelivered() && queue.join(PATIENCE_SECONDS, SECONDS);
    }
  }
}
