package org.interlock;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;

/**
 * The kinds of objects that {@link StoredObjectsTest} keeps files of: what a process that is killed
 * leaves in one, and what must be found there. Recorded once and checked for ever, so neither is
 * changed: what else is worth keeping is another constant.
 */
enum StoredObject {
  /** Its owner was killed, and nobody has been told. */
  LOCK {
    @Override
    void leave(String name) throws Exception {
      ProcessLock.open(name).condition("changed");
      ProcessLock.open(name).lock();
    }

    @Override
    void check(String name) throws Exception {
      try (ProcessLock lock = ProcessLock.find(name).orElseThrow()) {
        try (ProcessLock.Hold hold = lock.tryHold(30, SECONDS).orElseThrow()) {
          assertThat(hold.previousOwnerDied()).isTrue();
          assertThat(lock.condition("changed").await(1, MILLISECONDS)).isFalse();
        }
      }
    }
  },
  /** Two of three were taken by a process that was killed. */
  SEMAPHORE {
    @Override
    void leave(String name) throws Exception {
      ProcessSemaphore.open(name, 3).acquire();
      ProcessSemaphore.open(name, 3).acquire();
    }

    @Override
    void check(String name) {
      try (ProcessSemaphore semaphore = ProcessSemaphore.find(name).orElseThrow()) {
        assertThat(semaphore.availablePermits()).isEqualTo(1);
        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.tryAcquire()).isFalse();
        semaphore.release();
      }
    }
  },
  /** Two of three were held by a process that was killed. */
  PERMITS {
    @Override
    void leave(String name) throws Exception {
      PermitPool.open(name, 3).acquire(2);
    }

    @Override
    void check(String name) throws Exception {
      try (PermitPool pool = PermitPool.open(name, 3)) {
        assertThat(pool.availablePermits()).isEqualTo(3);
        pool.acquire(3).close();
      }
    }
  },
  EVENT {
    @Override
    void leave(String name) {
      ProcessEvent.open(name).set();
    }

    @Override
    void check(String name) throws Exception {
      try (ProcessEvent event = ProcessEvent.find(name).orElseThrow()) {
        assertThat(event.await(0, SECONDS)).isTrue();
        event.clear();
        assertThat(event.isSet()).isFalse();
      }
    }
  },
  /** A process was killed that had it open: nobody has it open any more, so it starts anew. */
  BARRIER {
    @Override
    void leave(String name) {
      ProcessBarrier.open(name, 2);
    }

    @Override
    void check(String name) {
      try (ProcessBarrier barrier = ProcessBarrier.open(name, 2)) {
        assertThat(barrier.isBroken()).isFalse();
        barrier.abort();
        assertThatThrownBy(() -> barrier.await(1, SECONDS))
            .isInstanceOf(BrokenBarrierException.class);
      }
    }
  },
  LONG {
    @Override
    void leave(String name) {
      ProcessLong.open(name, 40).addAndGet(2);
    }

    @Override
    void check(String name) {
      try (ProcessLong number = ProcessLong.open(name, 0)) {
        assertThat(number.addAndGet(1)).isEqualTo(43);
      }
    }
  },
  /** Grown, wrapped, with items in two regions. */
  QUEUE {
    @Override
    void leave(String name) throws Exception {
      fill(ProcessQueue.open(name, Codec.strings(), 1000, MAX_BYTES));
    }

    @Override
    void check(String name) throws Exception {
      try (ProcessQueue<String> queue = ProcessQueue.open(name, Codec.strings(), 1000, MAX_BYTES)) {
        expectItems(queue, TAKEN);
        queue.put("new");
        assertThat(queue.poll()).isEqualTo("new");
      }
    }
  },
  /** The same, and what was taken is unfinished: its process was killed. */
  JOINABLE_QUEUE {
    @Override
    void leave(String name) throws Exception {
      fill(JoinableQueue.open(name, Codec.strings(), 1000, MAX_BYTES));
    }

    @Override
    void check(String name) throws Exception {
      try (JoinableQueue<String> queue =
          JoinableQueue.open(name, Codec.strings(), 1000, MAX_BYTES)) {
        assertThat(queue.unfinished()).isEqualTo(ITEMS);
        for (int i = 0; i < TAKEN; i++) {
          try (JoinableQueue.Delivery<String> delivery = queue.receive(30, SECONDS).orElseThrow()) {
            assertThat(delivery.item()).isEqualTo(item(i));
            assertThat(delivery.isRedelivered()).isTrue();
            delivery.done();
          }
        }
        expectItems(queue, TAKEN);
        for (int i = TAKEN; i < ITEMS; i++) {
          queue.taskDone();
        }
        assertThat(queue.join(30, SECONDS)).isTrue();
      }
    }
  },
  /** Shut down, with an item left. */
  SHUT_DOWN_QUEUE {
    @Override
    void leave(String name) throws Exception {
      ProcessQueue<Long> queue = ProcessQueue.open(name, Codec.longs(), 2, MAX_BYTES);
      queue.put(7L);
      queue.shutdown();
    }

    @Override
    void check(String name) throws Exception {
      try (ProcessQueue<Long> queue = ProcessQueue.find(name, Codec.longs()).orElseThrow()) {
        assertThat(queue.isShutdown()).isTrue();
        assertThat(queue.take()).isEqualTo(7L);
        assertThatThrownBy(queue::take).isInstanceOf(QueueShutdownException.class);
      }
    }
  };

  private static final long MAX_BYTES = 1 << 20;
  private static final int ITEMS = 300;
  private static final int TAKEN = 3;

  /** Half a kilobyte each: more than the first region holds. */
  private static String item(int number) {
    return number + "-" + "x".repeat(500);
  }

  private static void fill(ProcessQueue<String> queue) throws InterruptedException {
    for (int i = 0; i < ITEMS; i++) {
      queue.put(item(i));
    }
    for (int i = 0; i < TAKEN; i++) {
      queue.take();
    }
  }

  private static void expectItems(ProcessQueue<String> queue, int first)
      throws InterruptedException {
    assertThat(queue).hasSize(ITEMS - first);
    for (int i = first; i < ITEMS; i++) {
      assertThat(queue.take()).isEqualTo(item(i));
    }
  }

  /** In a process that is killed with it. */
  abstract void leave(String name) throws Exception;

  abstract void check(String name) throws Exception;

  /** A semaphore is bare. */
  boolean hasHeader() {
    return this != SEMAPHORE;
  }

  Path file(String name) {
    return hasHeader() ? SharedMemory.file(name) : Path.of("/dev/shm", "sem." + name);
  }

  /** Leaves it in another process, and kills that. */
  static void leaveAndDie(StoredObject kind, String name) {
    try (Worker worker = Worker.start(Leaver.class, kind.name(), name)) {
      assertThat(worker.line()).isEqualTo("left");
      worker.kill();
    }
  }

  /** Has it open until it is killed. */
  static final class Leaver implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      valueOf(arguments.get(0)).leave(arguments.get(1));
      out.println("left");
      in.readLine();
    }
  }
}
