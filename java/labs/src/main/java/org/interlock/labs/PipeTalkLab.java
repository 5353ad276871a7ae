package org.interlock.labs;

import java.io.EOFException;
import org.interlock.ChildProcess;
import org.interlock.ProcessPipe;
import org.interlock.ProcessPipe.Connection;
import picocli.CommandLine.Command;

/**
 * A pipe is for two: each has an end, asks and is answered, and is told when the other is gone.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run pipe-talk}
 *
 * <p><b>Expect:</b> the parent asks, the child answers. Once the child is started, its end is no
 * longer the parent's. Then the child says one thing more and is killed: the parent receives it
 * nevertheless, and after that it is told that nobody is there.
 *
 * <pre>
 * parent: 2 * 3?
 * child: 6
 * parent: 3 * 4?
 * child: 12
 * parent: the child's end is not mine: ClosedObjectException
 * the child is killed
 * parent: it had sent: I was about to say
 * parent: poll: true
 * parent: EOFException
 * </pre>
 *
 * <p><b>Why:</b> what {@code send} has sent is in shared memory and not in the process that sent
 * it. The system knows when that process has ended, however it did, and {@code receive} asks it.
 *
 * <p><b>Mended:</b> the lesson names the pipe beside the queue and shows no program. With Python's,
 * the parent must close its copy of the child's end by hand, or it waits for ever when the child is
 * gone; here it has no copy.
 */
@Command(name = "pipe-talk", description = "question and answer, and the end of it")
final class PipeTalkLab extends Lab {
  @Override
  void run(Lesson lesson) throws Exception {
    try (ProcessPipe<String> pipe = ProcessPipe.create()) {
      Connection<String> ours = pipe.left();
      Connection<String> theirs = pipe.right();
      ChildProcess child = ChildProcess.startDaemon(() -> answer(theirs));
      for (int i = 2; i <= 3; i++) {
        ours.send(i + " * " + (i + 1));
        lesson.say("parent: %s?", "父进程: %s?", i + " * " + (i + 1));
        lesson.say("child: %s", "子进程: %s", ours.receive());
      }
      try {
        theirs.poll();
      } catch (IllegalStateException e) {
        lesson.say(
            "parent: the child's end is not mine: %s",
            "父进程: 子进程的一端不是我的: %s", e.getClass().getSimpleName());
      }
      ours.send("last words");
      while (!ours.poll()) {
        Thread.sleep(1);
      }
      child.kill();
      child.join();
      lesson.say("the child is killed", "子进程被杀死");
      lesson.say("parent: it had sent: %s", "父进程: 它发送过: %s", ours.receive());
      lesson.say("parent: poll: %b", "父进程: poll: %b", ours.poll());
      try {
        ours.receive();
      } catch (EOFException e) {
        lesson.say("parent: %s", "父进程: %s", e.getClass().getSimpleName());
      }
    }
  }

  private static void answer(Connection<String> connection) throws Exception {
    while (true) {
      String question = connection.receive();
      if (question.equals("last words")) {
        connection.send("I was about to say");
      } else {
        String[] factors = question.split(" \\* ", -1);
        int product = Integer.parseInt(factors[0]) * Integer.parseInt(factors[1]);
        connection.send(Integer.toString(product));
      }
    }
  }
}
