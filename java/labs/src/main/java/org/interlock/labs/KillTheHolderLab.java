package org.interlock.labs;

import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.PermitPool;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessSemaphore;
import org.interlock.Task;
import picocli.CommandLine.Command;

/**
 * A guest is killed in its room: what becomes of the room?
 *
 * <p><b>Run:</b> {@code ./scripts/lab run kill-the-holder}
 *
 * <p><b>Expect:</b> three times a guest takes the only room and is killed with SIGKILL. The
 * semaphore has lost the room for ever, the lock gives it to the next guest and says what happened,
 * the pool has it back.
 *
 * <pre>
 * ProcessSemaphore: a guest has got the room
 *   the guest was killed
 *   the room is lost: nobody gets in within 2 s, 0 rooms are left
 * ProcessLock: a guest has got the room
 *   the guest was killed
 *   the next guest is in; told that the one before died: yes
 * PermitPool: a guest has got the room
 *   the guest was killed
 *   the room came back: the next guest is in
 *   and left: 1 room is free
 * </pre>
 *
 * <p><b>Why:</b> a POSIX semaphore is a number. Nothing in it says who took one away, so nobody can
 * put it back; Python's {@code Semaphore} and {@code Lock} are such numbers too. A {@code
 * ProcessLock} is a robust mutex: the kernel knows its owner and hands it on when that dies. The
 * next owner is told, because what the lock protects may be half changed. A {@code PermitPool}
 * counts for each process what it holds, and the kernel tells which processes have ended.
 */
@Command(
    name = "kill-the-holder",
    description = "the holder is killed: a semaphore loses the room, a lock and a pool do not")
final class KillTheHolderLab extends Lab {
  /** Not divided by --fast: to say that nothing comes one must have waited. */
  private static final int PATIENCE_SECONDS = 2;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    semaphore(lesson);
    lock(lesson);
    pool(lesson);
  }

  private static void semaphore(Lesson lesson) throws InterruptedException {
    try (ProcessSemaphore room = ProcessSemaphore.create(1);
        ProcessEvent inside = ProcessEvent.create()) {
      killInside(lesson, "ProcessSemaphore", inside, () -> sing(room::acquire, inside));
      if (room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a semaphore does not know who held it");
      }
      lesson.say(
          "  the room is lost: nobody gets in within %d s, %d rooms are left",
          "  小屋没了:%d 秒内谁也进不去,剩下 %d 间", PATIENCE_SECONDS, room.availablePermits());
    }
  }

  private static void lock(Lesson lesson) throws InterruptedException {
    try (ProcessLock room = ProcessLock.create();
        ProcessEvent inside = ProcessEvent.create()) {
      killInside(lesson, "ProcessLock", inside, () -> sing(room::lock, inside));
      try (ProcessLock.Hold hold = room.hold()) {
        lesson.say(
            "  the next guest is in; told that the one before died: %s",
            "  下一位进去了;被告知前一位已死:%s",
            hold.previousOwnerDied() ? lesson.word("yes", "是") : lesson.word("no", "否"));
      }
    }
  }

  private static void pool(Lesson lesson) throws InterruptedException {
    try (PermitPool rooms = PermitPool.create(1);
        ProcessEvent inside = ProcessEvent.create()) {
      killInside(lesson, "PermitPool", inside, () -> sing(rooms::acquire, inside));
      PermitPool.Permit room = rooms.acquire();
      lesson.say("  the room came back: the next guest is in", "  小屋回来了:下一位进去了");
      room.close();
      lesson.say("  and left: %d room is free", "  又离开了:%d 间空着", rooms.availablePermits());
    }
  }

  /** What takes the room. */
  @FunctionalInterface
  private interface Door {
    void enter() throws InterruptedException;
  }

  private static void sing(Door door, ProcessEvent inside) throws InterruptedException {
    door.enter();
    inside.set();
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void killInside(Lesson lesson, String what, ProcessEvent inside, Task task)
      throws InterruptedException {
    ChildProcess guest = ChildProcess.startDaemon(task);
    inside.await();
    lesson.say("%s: a guest has got the room", "%s:一位客人占到了小屋", what);
    lesson.pause(1000);
    guest.kill();
    guest.join();
    lesson.say("  the guest was killed", "  客人被杀死了");
  }
}
