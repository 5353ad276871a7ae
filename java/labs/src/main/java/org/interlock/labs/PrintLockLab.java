package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.ProcessLock;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * The five processes of {@code print-race}, one after the other thanks to a lock.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run print-lock}
 *
 * <p><b>Expect:</b> "is running" is followed by the "is done" of the same process, each time. The
 * order <em>between</em> the processes stays free, and the last line says what it was this time.
 *
 * <pre>
 * 3: 976 is running
 * 3: 976 is done
 * 0: 957 is running
 * 0: 957 is done
 * 1: 961 is running
 * 1: 961 is done
 * 4: 1008 is running
 * 4: 1008 is done
 * 2: 966 is running
 * 2: 966 is done
 * the order between the processes stays free; this time it was [3, 0, 1, 4, 2]
 * </pre>
 *
 * <p><b>Why:</b> between {@code lock()} and {@code unlock()} there is one process at a time; what
 * ran side by side now runs in turn, slower and in order. Who is next the lock does not say:
 * whichever process the kernel lets come first.
 */
@Command(
    name = "print-lock",
    description = "the same with a lock: the two lines of each process stay together")
final class PrintLockLab extends Lab {
  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessLock lock = ProcessLock.create();
        ProcessQueue<Integer> turns = ProcessQueue.create()) {
      List<ChildProcess> workers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int n = i;
        workers.add(ChildProcess.start(() -> work(lesson, n, lock, turns)));
      }
      for (ChildProcess worker : workers) {
        worker.join();
      }
      lesson.say(
          "the order between the processes stays free; this time it was %s",
          "进程之间的顺序不受锁控制,这一次是 %s", List.copyOf(turns));
    }
  }

  private static void work(Lesson lesson, int n, ProcessLock lock, ProcessQueue<Integer> turns)
      throws InterruptedException {
    lock.lock();
    try {
      turns.put(n);
      lesson.print("%d: %d is running", n, Lesson.pid());
      lesson.pause(1000);
      lesson.print("%d: %d is done", n, Lesson.pid());
    } finally {
      lock.unlock();
    }
  }
}
