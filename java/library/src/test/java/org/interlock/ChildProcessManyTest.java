package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.interlock.children.Leftovers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many children at a time, started, signalled and waited for by several threads. */
@ExtendWith(Leftovers.class)
class ChildProcessManyTest {
  private static final int THREADS = 4;
  private static final int CHILDREN = 25;

  @Test
  void eachHasItsOwnEnd() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long seed = System.nanoTime() + i;
      Callable<Void> starter = () -> startMany(new Random(seed));
      all.add(threads.submit(starter));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertThat(ChildProcess.active()).isEmpty();
  }

  private static Void startMany(Random random) throws Exception {
    for (int i = 0; i < CHILDREN; i++) {
      startOne(random.nextBoolean(), random);
    }
    return null;
  }

  private static void startOne(boolean daemon, Random random) throws Exception {
    int code = random.nextInt(256);
    switch (random.nextInt(4)) {
      case 0 -> {
        ChildProcess child =
            ChildProcess.command("sh", "-c", "exit " + code).daemon(daemon).start();
        child.join();
        assertThat(child.exitCode()).hasValue(code);
      }
      case 1 -> {
        ChildProcess child = ChildProcess.command("sleep", "600").daemon(daemon).start();
        Thread.sleep(random.nextInt(3));
        child.terminate();
        child.join();
        assertThat(child.exitCode()).hasValue(-15);
      }
      case 2 -> {
        ChildProcess child = ChildProcess.command("sleep", "600").daemon(daemon).start();
        assertThat(ChildProcess.active()).contains(child);
        child.kill();
        assertThat(child.onExit().get().exitCode()).hasValue(-9);
      }
      default -> {
        ChildProcess child = ChildProcess.command("true").daemon(daemon).start();
        child.terminate(); // may or may not reach it, and harms nobody else
        child.join();
        assertThat(child.exitCode().getAsInt()).isIn(0, -15);
        child.terminate();
        child.kill();
      }
    }
  }
}
