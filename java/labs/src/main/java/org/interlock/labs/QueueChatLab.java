package org.interlock.labs;

import java.util.Locale;
import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Two messages go through a queue that the parent made and handed to its children.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run queue-chat}, then with {@code --wrong local}, then with
 * {@code --wrong static}
 *
 * <p><b>Expect:</b> the second child gets what the parent put before both were started, the parent
 * gets what the first child put. Done wrong, the message of the child never arrives.
 *
 * <pre>{@code
 * $ lab run queue-chat
 * >>>>>>>>
 * little devil
 * miss, how much is it~
 * $ lab run queue-chat --wrong local
 * child: queue ~mnoixt4wvmxvpmj5hp4h holds 1
 * parent: queue ~5ccbebqkvpc4d74xfkju holds 0, poll() gives null
 * $ lab run queue-chat --wrong static
 * child: queue ~2zio2cimcuxqydpbmpax holds 1
 * parent: queue ~f6op7ganurauwwtp7tep holds 0, poll() gives null
 * }</pre>
 *
 * <p><b>Why:</b> a queue that a task captures arrives in the child as a handle to the same queue.
 * {@code --wrong local}: a queue that the child creates is another queue, whatever its variable is
 * called. {@code --wrong static}: static fields do not travel either; the class is initialised once
 * more in the child, and {@code create()} there makes another queue. (Two processes can also meet
 * at a queue with a name, {@code ProcessQueue.open("chat", …)}.)
 *
 * <p><b>Mended:</b> in the lesson the parent sleeps for a second and hopes that the second child
 * has taken its message by then; here it waits for that child's end. Note 8 of the lesson says that
 * a queue made at the top of the file is the parent's in the child too, even on Windows. It only
 * works there because the queue is an argument as well; the one at the top is another, as here.
 */
@Command(
    name = "queue-chat",
    description = "two messages through a queue; --wrong: a queue made in the child is another")
final class QueueChatLab extends Lab {
  /** Ways not to do it. */
  enum Wrong {
    STATIC,
    LOCAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Initialised once in every process that uses it. */
  private static final class Global {
    static final ProcessQueue<String> QUEUE = ProcessQueue.create();
  }

  @Option(
      names = "--wrong",
      paramLabel = "HOW",
      description = "Make the queue of the child ${COMPLETION-CANDIDATES}.")
  private @Nullable Wrong wrong;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    if (wrong == null) {
      chat(lesson);
    } else if (wrong == Wrong.LOCAL) {
      chatIntoLocalQueue(lesson);
    } else {
      chatIntoStaticQueue(lesson);
    }
  }

  private static void chat(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      queue.put(lesson.word("little devil", "小鬼"));
      ChildProcess.start(() -> queue.put(greeting(lesson)));
      ChildProcess reader =
          ChildProcess.start(
              () -> {
                lesson.print(">>>>>>>>");
                lesson.print("%s", queue.take());
              });
      reader.join();
      lesson.print("%s", queue.take());
    }
  }

  private static void chatIntoLocalQueue(Lesson lesson) throws InterruptedException {
    try (ProcessQueue<String> queue = ProcessQueue.create()) {
      ChildProcess writer =
          ChildProcess.start(
              () -> {
                try (ProcessQueue<String> another = ProcessQueue.create()) {
                  putInChild(lesson, another);
                }
              });
      writer.join();
      lookInParent(lesson, queue);
    }
  }

  private static void chatIntoStaticQueue(Lesson lesson) throws InterruptedException {
    ChildProcess.start(() -> putInChild(lesson, Global.QUEUE)).join();
    lookInParent(lesson, Global.QUEUE);
  }

  private static void putInChild(Lesson lesson, ProcessQueue<String> queue)
      throws InterruptedException {
    queue.put(greeting(lesson));
    lesson.say("child: queue %s holds %d", "子进程: 队列 %s 里有 %d 条", queue.name(), queue.size());
  }

  private static void lookInParent(Lesson lesson, ProcessQueue<String> queue) {
    lesson.say(
        "parent: queue %s holds %d, poll() gives %s",
        "主进程: 队列 %s 里有 %d 条,poll() 得到 %s", queue.name(), queue.size(), queue.poll());
  }

  private static String greeting(Lesson lesson) {
    return lesson.word("miss, how much is it~", "姑娘,多少钱~");
  }
}
