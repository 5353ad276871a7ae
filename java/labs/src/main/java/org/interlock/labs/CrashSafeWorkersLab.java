package org.interlock.labs;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.JoinableQueue;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Workers are killed at random, and still every item is done.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run crash-safe-workers}
 *
 * <p><b>Expect:</b> three workers share thirty items. Six times one that has just taken something
 * is killed with SIGKILL, somewhere in its work, and another starts in its place. What the dead had
 * not finished is delivered again, ahead of newer items, and marked; in the end all thirty are
 * done.
 *
 * <pre>
 * 733 did item0
 * 729 did item1
 * 733 was killed
 * 729 did item4
 * 729 was killed
 * 737 did item2
 * 737 was killed
 * 859 did item5
 * 859 was killed
 * 1106 was killed
 * 1129 did item7
 * 1129 was killed
 * 1275 did item6, redelivered
 * 1340 did item3, redelivered
 * 1319 did item8
 * 1340 did item10
 * ...
 * 1275 did item29
 * 6 workers were killed; unfinished: 0; redelivered and done: 2
 * </pre>
 *
 * <p><b>Why:</b> an item of a {@code JoinableQueue} is gone only when it is <em>done</em>. The
 * queue notes which process took it, and the kernel tells which processes are dead. So every item
 * is done <em>at least</em> once: a worker that was killed after its work and before {@code done()}
 * has worked, and the next one works again. {@code isRedelivered()} tells that this may be so. With
 * Python's {@code JoinableQueue} what the dead had taken is lost and {@code join()} never returns;
 * if they died while they took it, nobody can take any more.
 */
@Command(
    name = "crash-safe-workers",
    description = "workers are killed at random, every item is done all the same")
final class CrashSafeWorkersLab extends Lab {
  private static final int ITEMS = 30;
  private static final int WORKERS = 3;
  private static final int KILLS = 6;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (JoinableQueue<String> queue = JoinableQueue.create();
        ProcessQueue<Long> takers = ProcessQueue.create();
        ProcessLong again = ProcessLong.create(0)) {
      for (int i = 0; i < ITEMS; i++) {
        queue.put(lesson.word("item", "任务") + i);
      }
      Task worker = () -> work(lesson, queue, takers, again);
      Map<Long, ChildProcess> workers = new HashMap<>();
      for (int i = 0; i < WORKERS; i++) {
        hire(workers, worker);
      }
      int kills = 0;
      while (kills < KILLS && queue.unfinished() > 0) {
        ChildProcess victim = nextTaker(takers, workers);
        if (victim != null) {
          lesson.pause(0, 1000); // it may be anywhere in its work now
          victim.kill();
          victim.join();
          kills++;
          lesson.say("%d was killed", "%d 被杀死", victim.pid());
          hire(workers, worker);
        }
      }
      queue.join();
      lesson.say(
          "%d workers were killed; unfinished: %d; redelivered and done: %d",
          "杀死了 %d 个工人;未完成:%d;重新交付并完成:%d", kills, queue.unfinished(), again.get());
    }
  }

  private static void hire(Map<Long, ChildProcess> workers, Task work) {
    ChildProcess worker = ChildProcess.startDaemon(work);
    workers.put(worker.pid(), worker);
  }

  /** One of the workers that has just taken something; null if none does, or it is dead already. */
  private static @Nullable ChildProcess nextTaker(
      ProcessQueue<Long> takers, Map<Long, ChildProcess> workers) throws InterruptedException {
    Long pid = takers.poll(100, TimeUnit.MILLISECONDS);
    return pid == null ? null : workers.remove(pid);
  }

  private static void work(
      Lesson lesson, JoinableQueue<String> queue, ProcessQueue<Long> takers, ProcessLong again)
      throws InterruptedException {
    while (true) {
      try (Delivery<String> delivery = queue.receive()) {
        takers.put(Lesson.pid());
        lesson.pause(500, 1500);
        if (delivery.isRedelivered()) {
          lesson.say("%d did %s, redelivered", "%d 完成 %s,是重新交付的", Lesson.pid(), delivery.item());
          again.addAndGet(1);
        } else {
          lesson.say("%d did %s", "%d 完成 %s", Lesson.pid(), delivery.item());
        }
        delivery.done();
      }
    }
  }
}
