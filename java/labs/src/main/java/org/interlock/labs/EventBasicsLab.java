package org.interlock.labs;

import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.ProcessEvent;
import picocli.CommandLine.Command;

/**
 * An event is a flag that one can wait for: set, clear, isSet, await.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run event-basics}
 *
 * <p><b>Expect:</b> an event is not set at first; {@code set()} and {@code clear()} change it.
 * Waiting for a time is in vain, then a child sets it and waiting is over.
 *
 * <pre>
 * false
 * look here!
 * set: true
 * clear: false
 * await for half a second: false
 * a child sets it
 * give me!!
 * </pre>
 *
 * <p><b>Why:</b> {@code await()} waits while the flag is false and does not when it is true. One
 * {@code set()} lets everybody go on who waits then, in whatever process.
 *
 * <p><b>Mended:</b> the lesson's program waits for an event that nobody sets, and so never ends.
 * Here a child sets it. (The lesson's lines with {@code set} and {@code clear} are comments, to be
 * tried by turns; here they run.)
 */
@Command(name = "event-basics", description = "set, clear, isSet, await")
final class EventBasicsLab extends Lab {
  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessEvent event = ProcessEvent.create()) {
      lesson.print("%b", event.isSet());
      lesson.print("look here!");
      event.set();
      lesson.print("set: %b", event.isSet());
      event.clear();
      lesson.print("clear: %b", event.isSet());
      lesson.say(
          "await for half a second: %b",
          "await 半秒: %b", event.await(lesson.hasten(500), TimeUnit.MILLISECONDS));
      ChildProcess.start(
          () -> {
            lesson.pause(1000);
            lesson.say("a child sets it", "子进程 set");
            event.set();
          });
      event.await();
      lesson.print("give me!!");
    }
  }
}
