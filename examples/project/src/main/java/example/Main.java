package example;

import org.interlock.ChildProcess;
import org.interlock.JoinableQueue;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;

/** Two daemon children work off a queue, each a process of its own; a lock guards what they count. */
public final class Main {
  private static final int ITEMS = 100;

  private Main() {}

  /** No arguments. */
  public static void main(String[] arguments) throws InterruptedException {
    try (JoinableQueue<Integer> queue = JoinableQueue.create();
        ProcessLock lock = ProcessLock.create();
        ProcessLong sum = ProcessLong.create(0)) {
      for (int i = 0; i < 2; i++) {
        ChildProcess.startDaemon(() -> work(queue, lock, sum));
      }
      for (int i = 1; i <= ITEMS; i++) {
        queue.put(i);
      }
      queue.join();
      System.out.println("sum of " + ITEMS + ": " + sum.get());
    }
  }

  /** In a child, for as long as its parent lives. */
  public static void work(JoinableQueue<Integer> queue, ProcessLock lock, ProcessLong sum)
      throws InterruptedException {
    while (true) {
      int item = queue.take();
      lock.lock();
      try {
        sum.set(sum.get() + item);
      } finally {
        lock.unlock();
      }
      queue.taskDone();
    }
  }
}
