package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.interlock.children.Jdks;
import org.interlock.children.TestJvm;
import org.interlock.posix.Mutex;
import org.interlock.posix.NamedSemaphore;
import org.interlock.posix.SharedMemory;
import org.junit.jupiter.api.Test;

/** Waiting in virtual threads, of which only one can run at a time. */
class VirtualThreadSyncTest {
  private static final int THREADS = 20;

  /** Something that may throw. */
  private interface Step {
    void run() throws Exception;
  }

  /** Each scenario hangs if a waiting virtual thread keeps the only carrier. */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      for (String scenario : arguments) {
        switch (scenario) {
          case "event" -> event();
          case "semaphore" -> semaphore();
          case "condition" -> condition();
          case "permits" -> permits();
          case "barrier" -> barrier();
          case "interrupts" -> interrupts();
          case "closing" -> closing();
          case "posix" -> posix();
          default -> throw new IllegalArgumentException(scenario);
        }
        System.out.println(scenario);
      }
    }

    private static void event() throws Exception {
      try (ProcessEvent event = ProcessEvent.create()) {
        List<Thread> waiters = start(event::await);
        start(
                1,
                () -> {
                  event.set();
                  event.clear();
                })
            .get(0)
            .join();
        join(waiters);
      }
    }

    private static void semaphore() throws Exception {
      try (ProcessSemaphore semaphore = ProcessSemaphore.create(0)) {
        AtomicInteger taken = new AtomicInteger();
        List<Thread> waiters =
            start(
                () -> {
                  semaphore.acquire();
                  taken.incrementAndGet();
                });
        join(start(1, () -> semaphore.release(THREADS)));
        join(waiters);
        check(taken.get() == THREADS && semaphore.availablePermits() == 0);
        check(!semaphore.tryAcquire(20, TimeUnit.MILLISECONDS));
      }
    }

    private static void permits() throws Exception {
      try (PermitPool pool = PermitPool.create(2)) {
        PermitPool.Permit all = pool.acquire(2);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> waiters =
            start(
                () -> {
                  pool.acquire(1 + taken.get() % 2).close();
                  taken.incrementAndGet();
                });
        join(start(1, all::close));
        join(waiters);
        check(taken.get() == THREADS && pool.availablePermits() == 2);
      }
    }

    private static void barrier() throws Exception {
      try (ProcessBarrier barrier = ProcessBarrier.create(THREADS + 1)) {
        AtomicInteger passed = new AtomicInteger();
        List<Thread> waiters =
            start(
                () -> {
                  barrier.await();
                  passed.incrementAndGet();
                });
        check(barrier.getNumberWaiting() == THREADS);
        join(start(1, barrier::await));
        join(waiters);
        check(passed.get() == THREADS && !barrier.isBroken());
      }
    }

    private static void condition() throws Exception {
      try (ProcessLock lock = ProcessLock.create()) {
        Condition changed = lock.condition("changed");
        int[] woken = {0};
        List<Thread> waiters =
            start(
                () -> {
                  lock.lock();
                  lock.lock();
                  changed.await();
                  check(lock.getHoldCount() == 2);
                  woken[0]++;
                  lock.unlock();
                  lock.unlock();
                });
        int seen = 0;
        while (seen < THREADS) {
          join(
              start(
                  1,
                  () -> {
                    lock.lock();
                    changed.signal();
                    lock.unlock();
                  }));
          lock.lock();
          seen = woken[0];
          lock.unlock();
        }
        join(waiters);
      }
    }

    private static void interrupts() throws Exception {
      try (ProcessLock lock = ProcessLock.create();
          ProcessEvent event = ProcessEvent.create();
          PermitPool pool = PermitPool.create(1);
          ProcessSemaphore semaphore = ProcessSemaphore.create(0)) {
        PermitPool.Permit permit = pool.acquire();
        Condition condition = lock.newCondition();
        for (Step step :
            List.<Step>of(
                event::await,
                semaphore::acquire,
                pool::acquire,
                () -> {
                  lock.lock();
                  try {
                    condition.await();
                  } finally {
                    lock.unlock();
                  }
                })) {
          AtomicInteger interrupted = new AtomicInteger();
          List<Thread> waiters =
              start(
                  () -> {
                    try {
                      step.run();
                    } catch (InterruptedException e) {
                      interrupted.incrementAndGet();
                    }
                  });
          waiters.forEach(Thread::interrupt);
          join(waiters);
          check(interrupted.get() == THREADS);
        }
        check(!lock.isLocked());
        permit.close();
        check(pool.availablePermits() == 1);
        semaphore.release();
        check(semaphore.tryAcquire());
      }
    }

    private static void closing() throws Exception {
      ProcessEvent event = ProcessEvent.create();
      ProcessSemaphore semaphore = ProcessSemaphore.create(0);
      PermitPool pool = PermitPool.create(1);
      PermitPool.Permit permit = pool.acquire();
      ProcessLock lock = ProcessLock.create();
      Condition condition = lock.newCondition();
      AtomicInteger closed = new AtomicInteger();
      List<Thread> waiters = new ArrayList<>();
      for (Step step :
          List.<Step>of(
              event::await,
              semaphore::acquire,
              pool::acquire,
              () -> {
                lock.lock();
                try {
                  condition.await();
                } finally {
                  lock.unlock();
                }
              })) {
        waiters.addAll(
            start(
                () -> {
                  try {
                    step.run();
                  } catch (ClosedObjectException e) {
                    closed.incrementAndGet();
                  }
                }));
      }
      event.close();
      semaphore.close();
      pool.close();
      lock.close();
      join(waiters);
      permit.close();
      check(closed.get() == 4 * THREADS);
    }

    private static void posix() throws Exception {
      String name = "/test-virtual-" + ProcessHandle.current().pid();
      try (NamedSemaphore semaphore = NamedSemaphore.create(name, 0);
          SharedMemory memory = SharedMemory.create(name, 4096)) {
        semaphore.unlink();
        memory.unlink();
        List<Thread> waiters = start(semaphore::waitFor);
        join(
            start(
                1,
                () -> {
                  for (int i = 0; i < THREADS; i++) {
                    semaphore.post();
                  }
                }));
        join(waiters);
        Mutex mutex = Mutex.init(memory, 0);
        AtomicInteger refused = new AtomicInteger();
        Step lock =
            () -> {
              try {
                mutex.lock();
              } catch (UnsupportedOperationException e) {
                refused.incrementAndGet();
              }
            };
        join(start(lock));
        check(refused.get() == THREADS);
      }
    }

    private static List<Thread> start(Step step) throws Exception {
      return start(THREADS, step);
    }

    /** All have begun when this returns. */
    private static List<Thread> start(int count, Step step) throws Exception {
      // Compiled for 17, which does not have it.
      Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
      AtomicInteger begun = new AtomicInteger();
      Runnable runnable =
          () -> {
            begun.incrementAndGet();
            try {
              step.run();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        threads.add((Thread) start.invoke(null, runnable));
      }
      while (begun.get() < count) {
        Thread.sleep(1);
      }
      Thread.sleep(count == 1 ? 0 : 150); // so that the last is inside, too
      return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private static void check(boolean condition) {
      if (!condition) {
        throw new AssertionError();
      }
    }

    private Program() {}
  }

  /** One after another in one JVM: whoever keeps the carrier is the one behind the last line. */
  @Test
  void keepsNoCarrier() throws Exception {
    String[] scenarios = {
      "event", "semaphore", "permits", "barrier", "condition", "interrupts", "closing", "posix"
    };
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    try (TestJvm jvm =
        TestJvm.of(Program.class, scenarios)
            .home(jdk.get())
            .options(
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "--enable-native-access=ALL-UNNAMED")
            .start()) {
      assertThat(jvm.result().lines()).containsExactly(scenarios);
    }
  }
}
