package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.interlock.testkit.StormLedger.CERTAINLY;
import static org.interlock.testkit.StormLedger.DELIVERED;
import static org.interlock.testkit.StormLedger.FINISHING;
import static org.interlock.testkit.StormLedger.MAYBE;
import static org.interlock.testkit.StormLedger.RETURNED;
import static org.interlock.testkit.StormLedger.WORKERS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.interlock.JoinableQueue;
import org.interlock.testkit.StormLedger.Mine;
import org.interlock.testkit.StormLedger.Word;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storm with Java workers: random operations on all objects while each of them is killed,
 * replaced, stopped and continued, again and again. A ledger outside the objects says what must
 * have survived. {@code -Dinterlock.storm.seconds=600} for longer, {@code -Dinterlock.storm.seed=7}
 * for the same choices; both print a table.
 */
class StormTest {
  private static final int SECONDS = Integer.getInteger("interlock.storm.seconds", 12);
  private static final long SEED = Long.getLong("interlock.storm.seed", System.nanoTime());
  private static final boolean TELL =
      Integer.getInteger("interlock.storm.seconds") != null
          || Long.getLong("interlock.storm.seed") != null;

  /** A busy machine starts JVMs slowly. */
  private static final int FEWEST_KILLS = 16;

  @TempDir private Path directory;

  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger stops = new AtomicInteger();

  /** What the dead may have had of the semaphore, and of the queue. */
  private final AtomicInteger permitsMaybeLost = new AtomicInteger();

  private final AtomicInteger itemsMaybeLost = new AtomicInteger();

  private StormLedger ledger;
  private StormObjects objects;
  private Condition tokens;

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void whatTheLedgerSaysSurvived() throws Exception {
    String name = "storm-" + ProcessHandle.current().pid();
    Path file = directory.resolve("ledger");
    ledger = new StormLedger(file);
    objects = new StormObjects(name);
    tokens = objects.lock().condition("tokens");
    ExecutorService tormentors = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      for (int i = 0; i < WORKERS; i++) {
        int worker = i;
        List<String> arguments = List.of(file.toString(), name, String.valueOf(worker));
        ends.add(tormentors.submit(() -> torment(worker, arguments, end)));
      }
      for (Future<?> each : ends) {
        each.get();
      }
      assertThat(faults).as("seed " + SEED).isEmpty();
      judge();
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + SEED + ": " + e.getCause().getMessage(), e);
    } finally {
      ledger.set(Word.STOP, 1);
      tormentors.shutdown();
      objects.unlink();
      objects.close();
    }
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      assertThat(files.filter(it -> it.toString().contains(name))).isEmpty();
    }
  }

  // ------------------------------------------------------------------ the killer

  private Void torment(int me, List<String> arguments, long end) throws Exception {
    Random random = new Random(SEED + me);
    try (WorkerProcess worker = new WorkerProcess(StormProgram.class)) {
      worker.open(arguments);
      work(worker, random);
      while ((System.nanoTime() - end < 0 || kills.get() < FEWEST_KILLS)
          && ledger.get(Word.STOP) == 0) {
        Thread.sleep(random.nextInt(600));
        if (random.nextInt(4) == 0) {
          pause(worker, random);
        } else {
          aim(me, random.nextInt(6));
          replace(worker, me);
          work(worker, random);
        }
        expectProgress(worker, me);
      }
      ledger.set(Word.STOP, 1);
      wakeAll();
      worker.await();
    } catch (Throwable e) {
      ledger.set(Word.STOP, 1);
      throw e;
    }
    return null;
  }

  /** Those who wait for a token. Who found a fault may have the lock, and keep it. */
  private void wakeAll() throws InterruptedException {
    if (objects.lock().tryLock(1, TimeUnit.SECONDS)) {
      try {
        tokens.signalAll();
      } finally {
        objects.lock().unlock();
      }
    }
  }

  private void work(WorkerProcess worker, Random random) {
    worker.begin(
        Operation.of("work", String.valueOf(random.nextLong())),
        answer -> {
          if (!answer.equals(StormProgram.FINE)) {
            faults.add(answer); // its worker may be killed before anybody asks it
            ledger.set(Word.STOP, 1);
            throw new IllegalStateException(answer);
          }
        });
  }

  private void pause(WorkerProcess worker, Random random) throws InterruptedException {
    worker.stop();
    stops.incrementAndGet();
    Thread.sleep(random.nextInt(300));
    worker.cont();
  }

  /** Most deaths are to meet somebody who has something; at random that would be one of fifty. */
  private void aim(int me, int target) {
    long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
    while (!isHit(me, target) && System.nanoTime() - patience < 0) {
      Thread.onSpinWait();
    }
  }

  private boolean isHit(int me, int target) {
    return switch (target) {
      case 0, 1 -> ledger.get(Word.IN_LOCK) == me + 1;
      case 2 -> ledger.get(me, Mine.SEMAPHORE) == CERTAINLY;
      case 3 -> ledger.get(me, Mine.POOL) != 0;
      case 4 -> ledger.get(me, Mine.HOLDING) != 0;
      default -> true;
    };
  }

  private void replace(WorkerProcess worker, int me) {
    ledger.set(me, Mine.DOOMED, 1);
    worker.kill();
    kills.incrementAndGet();
    ledger.holdsOfPool(me, 0);
    long semaphore = ledger.get(me, Mine.SEMAPHORE);
    if (semaphore == CERTAINLY) {
      objects.semaphore().release(); // as somebody has to, who knows that its holder died
    } else if (semaphore == MAYBE) {
      permitsMaybeLost.incrementAndGet();
    }
    itemsMaybeLost.addAndGet((int) ledger.get(me, Mine.TAKING));
    ledger.set(me, Mine.SEMAPHORE, 0);
    ledger.set(me, Mine.TAKING, 0);
    ledger.set(me, Mine.WAITING, 0);
    ledger.set(me, Mine.HOLDING, 0);
    ledger.set(me, Mine.DOOMED, 0);
  }

  /** Whatever happened to others, each goes on. */
  private void expectProgress(WorkerProcess worker, int me) throws InterruptedException {
    long before = ledger.get(me, Mine.OPERATIONS);
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ledger.get(me, Mine.OPERATIONS) == before && ledger.get(Word.STOP) == 0) {
      if (System.nanoTime() - patience > 0) {
        throw new AssertionError("worker " + me + " hangs\n" + Signals.stacks(worker.pid()));
      }
      Thread.sleep(1);
    }
  }

  // ------------------------------------------------------------------ the verdict

  private void judge() throws InterruptedException {
    long lost = drainQueue();
    long unfinished = drainJoinable();
    if (TELL) {
      tell(lost);
    }
    assertThat(kills.get()).as("kills").isPositive();
    assertThat(lost).as("items lost").isLessThanOrEqualTo(itemsMaybeLost.get());
    assertThat(unfinished).as("items that nobody finished").isZero();
    assertThat(objects.joinable().join(10, TimeUnit.SECONDS)).isTrue();
    assertThat(objects.pool().availablePermits()).isEqualTo(StormObjects.PERMITS);
    assertThat(objects.semaphore().availablePermits())
        .isBetween(
            StormObjects.SEMAPHORE_PERMITS - permitsMaybeLost.get(),
            StormObjects.SEMAPHORE_PERMITS);
    assertThat(objects.number().get())
        .isBetween(ledger.get(Word.LONG_DONE), ledger.get(Word.LONG_BEGUN));
    assertThat(objects.lock().tryLock()).isTrue();
    objects.lock().unlock();
    // Of two who passed together one may have been killed before it wrote that down.
    assertThat(Math.abs(ledger.get(Word.BARRIER_LAST) - ledger.get(Word.BARRIER_FIRST)))
        .as("who passed the barrier alone")
        .isLessThanOrEqualTo(kills.get());
  }

  private long drainQueue() throws InterruptedException {
    for (Long item = poll(); item != null; item = poll()) {
      assertThat(ledger.mark(false, StormObjects.itemOf(item), DELIVERED) & DELIVERED).isZero();
    }
    long lost = 0;
    for (long item = 0; item < ledger.get(Word.QUEUE_ITEMS); item++) {
      lost += (ledger.item(false, item) & (RETURNED | DELIVERED)) == RETURNED ? 1 : 0;
    }
    return lost;
  }

  private Long poll() throws InterruptedException {
    return objects.queue().poll(300, TimeUnit.MILLISECONDS);
  }

  private long drainJoinable() throws InterruptedException {
    JoinableQueue<Long> queue = objects.joinable();
    for (var next = queue.receive(300, TimeUnit.MILLISECONDS);
        next.isPresent();
        next = queue.receive(300, TimeUnit.MILLISECONDS)) {
      ledger.mark(true, StormObjects.itemOf(next.get().item()), FINISHING);
      next.get().done();
    }
    long unfinished = 0;
    for (long item = 0; item < ledger.get(Word.JOINABLE_ITEMS); item++) {
      unfinished += (ledger.item(true, item) & (RETURNED | FINISHING)) == RETURNED ? 1 : 0;
    }
    return unfinished;
  }

  private void tell(long lost) {
    System.out.printf(
        "storm: seed %d, %d s, %d kills, %d stops; of the queue %d items lost, %d were being taken"
            + " by the dead%n",
        SEED, SECONDS, kills.get(), stops.get(), lost, itemsMaybeLost.get());
    for (int kind = 0; kind < StormObjects.KINDS.size(); kind++) {
      System.out.printf(
          "  %-10s %,12d operations%n", StormObjects.KINDS.get(kind), ledger.operations(kind));
    }
  }
}
