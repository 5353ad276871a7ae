package org.interlock.testkit;

import static org.interlock.testkit.StormLedger.CERTAINLY;
import static org.interlock.testkit.StormLedger.DELIVERED;
import static org.interlock.testkit.StormLedger.FINISHED;
import static org.interlock.testkit.StormLedger.FINISHING;
import static org.interlock.testkit.StormLedger.MAYBE;
import static org.interlock.testkit.StormLedger.MOST_ITEMS;
import static org.interlock.testkit.StormLedger.RETURNED;
import static org.interlock.testkit.StormLedger.WORKERS;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.interlock.JoinableQueue;
import org.interlock.PermitPool.Permit;
import org.interlock.ProcessLock.Hold;
import org.interlock.ProcessQueue;
import org.interlock.testkit.StormLedger.Mine;
import org.interlock.testkit.StormLedger.Word;

/**
 * Random operations on all objects, until the ledger says stop. {@code work} with a seed answers
 * {@code fine}, or what was wrong.
 */
final class StormProgram implements Program {
  static final String FINE = "fine";
  private static final long LONG_WAIT_SECONDS = 10;

  private static final long LONG_ENOUGH = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MOST_MISSED_SETS = 20;
  private static final int MOST_TIMES = 30;

  private StormLedger ledger;
  private StormObjects objects;
  private int me;
  private Random random;
  private Condition tokens;
  private final Map<Long, Long> lastOfLine = new HashMap<>();

  @Override
  public void open(List<String> arguments) {
    ledger = new StormLedger(Path.of(arguments.get(0)));
    objects = new StormObjects(arguments.get(1));
    me = Integer.parseInt(arguments.get(2));
    tokens = objects.lock().condition("tokens");
  }

  @Override
  public String perform(Operation operation) throws Exception {
    random = new Random(Long.parseLong(operation.argument(0)));
    while (ledger.get(Word.STOP) == 0) {
      int kind = random.nextInt(StormObjects.KINDS.size());
      String name = StormObjects.KINDS.get(kind);
      // Those who meet at the barrier wait for most of the time; the others are to be at work.
      int times = name.equals("barrier") ? 1 : 1 + random.nextInt(MOST_TIMES);
      for (int i = 0; i < times && ledger.get(Word.STOP) == 0; i++) {
        step(name);
        ledger.operated(me, kind);
      }
    }
    return FINE;
  }

  private void step(String kind) throws Exception {
    switch (kind) {
      case "lock" -> lock();
      case "condition" -> condition();
      case "semaphore" -> semaphore();
      case "permits" -> permits();
      case "event" -> event();
      case "barrier" -> barrier();
      case "queue" -> useQueue(objects.queue(), false);
      case "joinable" -> useQueue(objects.joinable(), true);
      default -> {
        ledger.add(Word.LONG_BEGUN, 1);
        objects.number().addAndGet(1);
        ledger.add(Word.LONG_DONE, 1);
      }
    }
  }

  private static void must(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** A little while, in which others come, or this process is killed. */
  private void linger() {
    if (random.nextInt(3) == 0) {
      LockSupport.parkNanos(random.nextInt(3_000_000));
    }
  }

  // ------------------------------------------------------------------ lock, condition

  private Hold take() throws InterruptedException {
    Optional<Hold> hold = objects.lock().tryHold(LONG_WAIT_SECONDS, TimeUnit.SECONDS);
    must(hold.isPresent(), "the lock was not free for 10 s");
    entered(hold.get());
    return hold.get();
  }

  /** Whoever died in there is told of; what it may have left half-done is mended. */
  private void entered(Hold hold) {
    long before = ledger.get(Word.IN_LOCK);
    must(
        before == 0 || hold.previousOwnerDied(),
        "the lock of worker " + (before - 1) + ", whose death was not told");
    ledger.set(Word.IN_LOCK, me + 1L);
    if (hold.previousOwnerDied()) {
      ledger.set(Word.LOCK_SECOND, ledger.get(Word.LOCK_FIRST));
      tokens.signalAll(); // it may have died between a token and its signal
    }
  }

  private void giveBack(Hold hold) {
    must(ledger.get(Word.IN_LOCK) == me + 1L, "two have the lock");
    ledger.set(Word.IN_LOCK, 0);
    hold.close();
  }

  private void lock() throws InterruptedException {
    Hold hold = take();
    long first = ledger.get(Word.LOCK_FIRST);
    must(first == ledger.get(Word.LOCK_SECOND), "half of a change under the lock is missing");
    ledger.set(Word.LOCK_FIRST, first + 1);
    linger();
    ledger.set(Word.LOCK_SECOND, first + 1);
    giveBack(hold);
  }

  private void condition() throws InterruptedException {
    Hold hold = take();
    if (random.nextBoolean()) {
      if (ledger.add(Word.TOKENS, 1) == 0) {
        ledger.set(Word.TOKENS_SINCE, System.nanoTime());
      }
      tokens.signal();
    } else if (ledger.get(Word.TOKENS) > 0 || awaitToken(hold)) {
      ledger.add(Word.TOKENS, -1);
    }
    giveBack(hold);
  }

  /** As long as others add tokens: somebody has to go on for that. */
  private boolean awaitToken(Hold hold) throws InterruptedException {
    long begin = System.nanoTime();
    while (ledger.get(Word.TOKENS) == 0) {
      if (ledger.waiting() > 1 || System.nanoTime() - begin > LONG_ENOUGH) {
        return false;
      }
      ledger.set(me, Mine.WAITING, 1);
      ledger.set(Word.IN_LOCK, 0);
      boolean signalled = tokens.await(LONG_WAIT_SECONDS, TimeUnit.SECONDS);
      entered(hold);
      ledger.set(me, Mine.WAITING, 0);
      must(
          signalled || !isTokenOld(),
          "a signal was lost: its token lay there, and its waiter slept");
    }
    return true;
  }

  private boolean isTokenOld() {
    long age = System.nanoTime() - ledger.get(Word.TOKENS_SINCE);
    return ledger.get(Word.TOKENS) > 0 && age > TimeUnit.SECONDS.toNanos(LONG_WAIT_SECONDS - 1);
  }

  // ------------------------------------------------------------------ permits, event, barrier

  private void semaphore() throws InterruptedException {
    ledger.set(me, Mine.SEMAPHORE, MAYBE);
    boolean acquired = objects.semaphore().tryAcquire(random.nextInt(3), TimeUnit.MILLISECONDS);
    ledger.set(me, Mine.SEMAPHORE, acquired ? CERTAINLY : 0);
    if (acquired) {
      linger();
      ledger.set(me, Mine.SEMAPHORE, MAYBE);
      objects.semaphore().release();
      ledger.set(me, Mine.SEMAPHORE, 0);
    }
  }

  private void permits() throws InterruptedException {
    Optional<Permit> permit = objects.pool().tryAcquire(random.nextInt(3), TimeUnit.MILLISECONDS);
    if (permit.isPresent()) {
      ledger.holdsOfPool(me, 1);
      must(ledger.poolInUse() <= StormObjects.PERMITS, "more permits in use than there are");
      linger();
      ledger.holdsOfPool(me, 0);
      permit.get().close();
    }
  }

  private void event() throws InterruptedException {
    switch (random.nextInt(4)) {
      case 0 -> {
        ledger.add(Word.SETS_BEGUN, 1);
        objects.event().set();
        ledger.add(Word.SETS_DONE, 1);
      }
      case 1 -> objects.event().clear();
      case 2 -> objects.event().isSet();
      default -> awaitEvent();
    }
  }

  /**
   * Whoever waits when it is set is released. A single wait may begin after the set and the clear
   * that it was meant to see, or be stopped just then; not many, one after another.
   */
  private void awaitEvent() throws InterruptedException {
    for (int missed = 0; missed < MOST_MISSED_SETS; missed++) {
      long begun = ledger.get(Word.SETS_BEGUN);
      if (objects.event().await(50, TimeUnit.MILLISECONDS) || ledger.get(Word.SETS_DONE) <= begun) {
        return;
      }
    }
    throw new AssertionError("an event was set again and again, and who waited slept on");
  }

  private void barrier() throws InterruptedException {
    try {
      int index = objects.barrier().await(5, TimeUnit.MILLISECONDS);
      must(index == 0 || index == 1, "arrival " + index + " of 2");
      ledger.add(index == 0 ? Word.BARRIER_LAST : Word.BARRIER_FIRST, 1);
    } catch (BrokenBarrierException | TimeoutException e) {
      objects.barrier().reset();
    }
  }

  // ------------------------------------------------------------------ queues

  private void useQueue(ProcessQueue<Long> queue, boolean joinable) throws InterruptedException {
    if (random.nextInt(20) < 10) {
      put(queue, joinable);
    } else if (joinable) {
      receive(objects.joinable());
    } else {
      poll(queue);
    }
  }

  private void put(ProcessQueue<Long> queue, boolean joinable) throws InterruptedException {
    Word counter = joinable ? Word.JOINABLE_ITEMS : Word.QUEUE_ITEMS;
    if (ledger.get(counter) < MOST_ITEMS - WORKERS) {
      long item = ledger.add(counter, 1);
      if (queue.offer(StormObjects.encode(me, item), random.nextInt(3), TimeUnit.MILLISECONDS)) {
        ledger.mark(joinable, item, RETURNED);
      }
    }
  }

  private void poll(ProcessQueue<Long> queue) throws InterruptedException {
    ledger.set(me, Mine.TAKING, 1);
    Long taken = queue.poll(random.nextInt(3), TimeUnit.MILLISECONDS);
    if (taken != null) {
      checkOrder(taken);
      must(
          (ledger.mark(false, StormObjects.itemOf(taken), DELIVERED) & DELIVERED) == 0,
          "item " + StormObjects.itemOf(taken) + " was delivered twice");
    }
    ledger.set(me, Mine.TAKING, 0);
  }

  /** Items of one producer, and of its replacement, come in the order they were put in. */
  private void checkOrder(long taken) {
    Long before = lastOfLine.put(StormObjects.lineOf(taken), StormObjects.itemOf(taken));
    must(
        before == null || before < StormObjects.itemOf(taken),
        "item " + StormObjects.itemOf(taken) + " came after " + before);
  }

  private void receive(JoinableQueue<Long> queue) throws InterruptedException {
    Optional<JoinableQueue.Delivery<Long>> received =
        queue.receive(random.nextInt(3), TimeUnit.MILLISECONDS);
    if (received.isEmpty()) {
      return;
    }
    try (JoinableQueue.Delivery<Long> delivery = received.get()) {
      long item = StormObjects.itemOf(delivery.item());
      long before = ledger.mark(true, item, DELIVERED);
      must((before & FINISHED) == 0, "item " + item + " was done and came again");
      must(
          (before & DELIVERED) == 0 || delivery.isRedelivered(),
          "item " + item + " came twice, as if for the first time");
      ledger.set(me, Mine.HOLDING, 1);
      linger();
      ledger.set(me, Mine.HOLDING, 0);
      if (random.nextInt(8) != 0) {
        ledger.mark(true, item, FINISHING);
        delivery.done();
        ledger.mark(true, item, FINISHED);
      }
    }
  }
}
