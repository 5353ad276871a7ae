package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.interlock.children.Jdks;
import org.interlock.children.Leftovers;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Waiting in virtual threads, of which only one can run at a time. */
@ExtendWith(Leftovers.class)
class VirtualThreadObjectsTest {
  private static final int THREADS = 50;

  /** Fifty threads blocked on fifty objects, and one more that releases them all. */
  static final class Blocked {
    /** Something that blocks until its release. */
    private record Case(Blocking block, Runnable release) {}

    private interface Blocking {
      void run() throws InterruptedException;
    }

    private static final AtomicInteger THROUGH = new AtomicInteger();

    public static void main(String[] arguments) throws Exception {
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        cases.add(
            switch (i % 4) {
              case 0 -> blockedTake();
              case 1 -> blockedPut();
              case 2 -> blockedJoin();
              default -> blockedLock();
            });
      }
      CountDownLatch started = new CountDownLatch(THREADS);
      List<Thread> threads = new ArrayList<>();
      for (Case each : cases) {
        threads.add(
            startVirtual(
                () -> {
                  started.countDown();
                  run(each.block);
                  THROUGH.incrementAndGet();
                }));
      }
      started.await();
      Thread.sleep(
          300); // more than one slice: all have been in their waits, and nobody got through
      System.out.println("through before: " + THROUGH.get());
      startVirtual(() -> cases.forEach(each -> each.release.run())).join();
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("through after: " + THROUGH.get());
    }

    private static Case blockedTake() {
      ProcessQueue<Long> queue = ProcessQueue.create(Codec.longs(), 1);
      return new Case(queue::take, () -> queue.add(1L));
    }

    private static Case blockedPut() {
      ProcessQueue<Long> queue = ProcessQueue.create(Codec.longs(), 1);
      queue.add(1L);
      return new Case(() -> queue.put(2L), queue::remove);
    }

    private static Case blockedJoin() {
      JoinableQueue<Long> queue = JoinableQueue.create(Codec.longs(), 1);
      queue.add(1L);
      return new Case(
          queue::join,
          () -> {
            queue.remove();
            queue.taskDone();
          });
    }

    /** Held by a platform thread, which lets go when it is told to. */
    private static Case blockedLock() throws InterruptedException {
      ProcessLock lock = ProcessLock.create();
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch letGo = new CountDownLatch(1);
      Thread holder =
          new Thread(
              () -> {
                lock.lock();
                held.countDown();
                try {
                  letGo.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                lock.unlock();
              });
      holder.start();
      held.await();
      return new Case(
          () -> {
            lock.lock();
            lock.unlock();
          },
          letGo::countDown);
    }

    private static void run(Blocking block) {
      try {
        block.run();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private Blocked() {}
  }

  /** A virtual thread that ends while it holds the lock. */
  static final class Ended {
    public static void main(String[] arguments) throws Exception {
      ProcessLock lock = ProcessLock.create();
      startVirtual(lock::lock).join();
      startVirtual(
              () -> {
                try (ProcessLock.Hold hold = lock.hold()) {
                  System.out.println("previous owner died: " + hold.previousOwnerDied());
                }
              })
          .join();
      try (ProcessLock.Hold hold = lock.hold()) {
        System.out.println("and again: " + hold.previousOwnerDied());
      }
    }

    private Ended() {}
  }

  /** An interrupt ends the wait of a virtual thread, with nothing taken. */
  static final class Interrupted {
    public static void main(String[] arguments) throws Exception {
      ProcessQueue<Long> queue = ProcessQueue.create(Codec.longs(), 1);
      CountDownLatch started = new CountDownLatch(1);
      Thread taker =
          startVirtual(
              () -> {
                started.countDown();
                try {
                  queue.take();
                  System.out.println("took something");
                } catch (InterruptedException e) {
                  System.out.println("interrupted");
                }
              });
      started.await();
      taker.interrupt();
      taker.join();
      queue.add(1L);
      System.out.println("size " + queue.size());
    }

    private Interrupted() {}
  }

  private static Thread startVirtual(Runnable task) throws ReflectiveOperationException {
    // Compiled for 17, which does not have it.
    return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
  }

  private static List<String> linesOf(Class<?> program) throws Exception {
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    try (TestJvm jvm =
        TestJvm.of(program)
            .home(jdk.get())
            .options(
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "--enable-native-access=ALL-UNNAMED")
            .start()) {
      return jvm.result().lines().toList();
    }
  }

  @Test
  void fiftyBlockedOnFiftyObjectsAreReleasedByOneMore() throws Exception {
    assertThat(linesOf(Blocked.class))
        .containsExactly("through before: 0", "through after: " + THREADS);
  }

  @Test
  void theOwnerDiedRuleHoldsForAVirtualThreadThatEnds() throws Exception {
    assertThat(linesOf(Ended.class))
        .containsExactly("previous owner died: true", "and again: false");
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    assertThat(linesOf(Interrupted.class)).containsExactly("interrupted", "size 1");
  }
}
