package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import picocli.CommandLine.Command;

/**
 * A queue of 4: what it does when it is full, when it is empty, and every way to put and take.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run queue-methods}
 *
 * <p><b>Expect:</b> on a full queue {@code add} throws, {@code offer} says false at once or when
 * its time is over, {@code put} waits until somebody takes; on an empty one {@code remove} throws,
 * {@code poll} gives null, {@code take} waits until somebody puts.
 *
 * <pre>
 * put four times
 * [1, 2, 3, 4] size 4, isFull true, isEmpty false
 *   add(5): IllegalStateException
 *   offer(5): false
 *   offer(5, 100 ms): false
 *   put(5) waits until a child takes
 *   put(5) has put
 * [2, 3, 4, 5] size 4, isFull true, isEmpty false
 *   peek(): 2
 *   element(): 2
 *   take(): 2
 *   poll(): 3
 *   poll(100 ms): 4
 *   remove(): 5
 * [] size 0, isFull false, isEmpty true
 *   peek(): null
 *   element(): NoSuchElementException
 *   poll(): null
 *   poll(100 ms): null
 *   remove(): NoSuchElementException
 *   take() waits until a child puts
 *   take(): 6
 *   offerAll(7..12, 0 ms): 4
 * [7, 8, 9, 10] size 4, isFull true, isEmpty false
 *   drainTo(list, 2): 2 [7, 8]
 * clear()
 * [] size 0, isFull false, isEmpty true
 * </pre>
 *
 * <p><b>Why:</b> it is a {@link java.util.concurrent.BlockingQueue}, with its four ways to do
 * everything: throw, answer, wait for a time, wait. Python's names for them:
 *
 * <table>
 * <caption>Coming from the lesson</caption>
 * <tr><td>{@code put(x)}</td><td>{@code put(x)}</td></tr>
 * <tr><td>{@code put(x, True, t)}</td><td>{@code offer(x, t, unit)}</td></tr>
 * <tr><td>{@code put_nowait(x)}, Full</td><td>{@code add(x)}, IllegalStateException</td></tr>
 * <tr><td>{@code get()}</td><td>{@code take()}</td></tr>
 * <tr><td>{@code get(True, t)}</td><td>{@code poll(t, unit)}</td></tr>
 * <tr><td>{@code get_nowait()}, Empty</td><td>{@code remove()}, NoSuchElementException</td></tr>
 * <tr><td>{@code qsize() empty() full()}</td><td>{@code size() isEmpty() isFull()}</td></tr>
 * </table>
 *
 * <p>What {@code size()} and its like say may be out of date when they return, as soon as other
 * processes use the queue.
 *
 * <p><b>Mended:</b> the lesson has {@code put(x, False)} raise Empty; it raises Full.
 */
@Command(
    name = "queue-methods",
    description = "a queue of 4: full, empty, every way to put and take")
final class QueueMethodsLab extends Lab {
  @Override
  void run(Lesson lesson) throws Exception {
    try (ProcessQueue<Integer> queue = ProcessQueue.create(4)) {
      full(lesson, queue);
      empty(lesson, queue);
      many(lesson, queue);
    }
  }

  private static void full(Lesson lesson, ProcessQueue<Integer> queue) throws Exception {
    for (int i = 1; i <= 4; i++) {
      queue.put(i);
    }
    lesson.say("put four times", "put 四次");
    look(lesson, queue);
    show(lesson, "add(5)", () -> queue.add(5));
    show(lesson, "offer(5)", () -> queue.offer(5));
    show(
        lesson,
        "offer(5, 100 ms)",
        () -> queue.offer(5, lesson.hasten(100), TimeUnit.MILLISECONDS));
    ChildProcess.start(
        () -> {
          lesson.pause(1000);
          lesson.say("  put(5) waits until a child takes", "  put(5) 阻塞,直到子进程取走一个");
          queue.take();
        });
    queue.put(5);
    lesson.say("  put(5) has put", "  put(5) 放进去了");
  }

  private static void empty(Lesson lesson, ProcessQueue<Integer> queue) throws Exception {
    look(lesson, queue);
    show(lesson, "peek()", queue::peek);
    show(lesson, "element()", queue::element);
    show(lesson, "take()", queue::take);
    show(lesson, "poll()", queue::poll);
    show(lesson, "poll(100 ms)", () -> queue.poll(lesson.hasten(100), TimeUnit.MILLISECONDS));
    show(lesson, "remove()", queue::remove);
    look(lesson, queue);
    show(lesson, "peek()", queue::peek);
    show(lesson, "element()", queue::element);
    show(lesson, "poll()", queue::poll);
    show(lesson, "poll(100 ms)", () -> queue.poll(lesson.hasten(100), TimeUnit.MILLISECONDS));
    show(lesson, "remove()", queue::remove);
    ChildProcess.start(
        () -> {
          lesson.pause(1000);
          lesson.say("  take() waits until a child puts", "  take() 阻塞,直到子进程放入一个");
          queue.put(6);
        });
    show(lesson, "take()", queue::take);
  }

  private static void many(Lesson lesson, ProcessQueue<Integer> queue) throws Exception {
    List<Integer> six = List.of(7, 8, 9, 10, 11, 12);
    show(lesson, "offerAll(7..12, 0 ms)", () -> queue.offerAll(six, 0, TimeUnit.MILLISECONDS));
    look(lesson, queue);
    List<Integer> two = new ArrayList<>();
    show(lesson, "drainTo(list, 2)", () -> queue.drainTo(two, 2) + " " + two);
    queue.clear();
    lesson.print("clear()");
    look(lesson, queue);
  }

  private static void look(Lesson lesson, ProcessQueue<Integer> queue) {
    lesson.print(
        "%s size %d, isFull %b, isEmpty %b",
        List.copyOf(queue), queue.size(), queue.isFull(), queue.isEmpty());
  }

  private static void show(Lesson lesson, String call, Callable<?> method) throws Exception {
    Object result;
    try {
      result = method.call();
    } catch (IllegalStateException | NoSuchElementException e) {
      result = e.getClass().getSimpleName();
    }
    lesson.print("  %s: %s", call, result);
  }
}
