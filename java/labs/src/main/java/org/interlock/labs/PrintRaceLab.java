package org.interlock.labs;

import org.interlock.ChildProcess;
import picocli.CommandLine.Command;

/**
 * Five processes print two lines each, and get in each other's way.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run print-race}
 *
 * <p><b>Expect:</b> neither do the processes begin in the order in which they were started, nor do
 * the two lines of one stand together. Every run is different.
 *
 * <pre>
 * 1: 30021 is running
 * 0: 29998 is running
 * 0: 29998 is done
 * 4: 30107 is running
 * 2: 30037 is running
 * 1: 30021 is done
 * 3: 30075 is running
 * 4: 30107 is done
 * 2: 30037 is done
 * 3: 30075 is done
 * </pre>
 *
 * <p><b>Why:</b> the processes share the terminal and nothing tells them to take turns. Only the
 * single line stays whole, because it is a single {@code write}. The lab {@code print-lock} keeps
 * the two lines of each together; the order of the processes is the scheduler's.
 */
@Command(
    name = "print-race",
    description = "five processes print two lines each, without a lock: they mix")
final class PrintRaceLab extends Lab {
  @Override
  void run(Lesson lesson) {
    for (int i = 0; i < 5; i++) {
      int n = i;
      ChildProcess.start(() -> work(lesson, n));
    }
  }

  private static void work(Lesson lesson, int n) throws InterruptedException {
    lesson.print("%d: %d is running", n, Lesson.pid());
    lesson.pause(0, 1000);
    lesson.print("%d: %d is done", n, Lesson.pid());
  }
}
