package org.interlock.labs;

import org.interlock.ChildProcess;
import org.interlock.ProcessEvent;
import picocli.CommandLine.Command;

/**
 * A daemon child ends with its parent, and may have no children.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run daemon-child}
 *
 * <p><b>Expect:</b> the first child prints its pid and its name, and never comes to its second
 * line, ten minutes later: the program ends before. The second child is told that it may not start
 * a child. {@code ps} shows that nothing is left.
 *
 * <pre>
 * 25201 Process-1
 * 25259 Process-2: daemonic processes are not allowed to have children
 * the main program ends
 * </pre>
 *
 * <p><b>Why:</b> when {@code main} and all threads that are no daemons have ended, the daemon
 * children are ended: SIGTERM, and SIGKILL if that is not enough. If the parent is killed instead,
 * the guardian process of each daemon child does the same. Whether a child is a daemon is said
 * before it starts ({@code p.daemon = True} in the lesson). It may have no children because nobody
 * would be left to end them.
 *
 * <p><b>Mended:</b> in the lesson both lines come before the pause, and whether they appear before
 * the program has ended is luck. Here the program waits for the first, and the pause comes before
 * the second.
 */
@Command(
    name = "daemon-child",
    description = "a daemon child ends with its parent, and may have no children")
final class DaemonChildLab extends Lab {
  @Override
  void run(Lesson lesson) throws InterruptedException {
    String person = lesson.word("Taibai", "太白");
    try (ProcessEvent greeted = ProcessEvent.create()) {
      ChildProcess.builder(() -> chat(lesson, person, greeted)).daemon(true).start();
      greeted.await();
    }
    ChildProcess.startDaemon(() -> haveAChild(lesson)).join();
    lesson.say("the main program ends", "主进程的代码运行结束");
  }

  private static void chat(Lesson lesson, String person, ProcessEvent greeted)
      throws InterruptedException {
    lesson.print("%d %s", Lesson.pid(), ChildProcess.currentName());
    greeted.set();
    lesson.pause(600_000);
    lesson.say("%s chats with the streamer", "%s正在和女主播聊天", person);
  }

  private static void haveAChild(Lesson lesson) {
    try {
      ChildProcess.start(() -> lesson.say("a grandchild", "孙进程"));
    } catch (IllegalStateException e) {
      lesson.print("%d %s: %s", Lesson.pid(), ChildProcess.currentName(), e.getMessage());
    }
  }
}
