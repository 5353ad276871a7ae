package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.ProcessSemaphore;
import picocli.CommandLine.Command;

/**
 * Thirteen guests and four karaoke rooms.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run ktv-semaphore}
 *
 * <p><b>Expect:</b> four guests get a room at once; from then on somebody must leave before the
 * next one gets in.
 *
 * <pre>{@code
 * user0 has got a room
 * user3 has got a room
 * user10 has got a room
 * user3 leaves
 * user0 leaves
 * user10 leaves
 * user7 has got a room
 * user6 has got a room
 * user1 has got a room
 * user8 has got a room
 * user8 leaves
 * ...
 * user2 leaves
 * user12 leaves
 * ============>
 * }</pre>
 *
 * <p><b>Why:</b> a semaphore is a counter that starts at 4. {@code acquire()} takes one and waits
 * while there is none; {@code release()} gives one back, and whoever waits goes on. A lock lets one
 * in, a semaphore that many. Nobody <em>owns</em> a permit: if a guest were killed in its room, the
 * room would be lost; with a {@code PermitPool} it would come back.
 */
@Command(name = "ktv-semaphore", description = "13 guests, 4 rooms: a semaphore lets four in")
final class KtvSemaphoreLab extends Lab {
  private static final int ROOMS = 4;
  private static final int GUESTS = 13;

  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessSemaphore rooms = ProcessSemaphore.create(ROOMS)) {
      List<ChildProcess> guests = new ArrayList<>();
      for (int i = 0; i < GUESTS; i++) {
        String user = "user" + i;
        guests.add(ChildProcess.start(() -> sing(lesson, rooms, user)));
      }
      for (ChildProcess guest : guests) {
        guest.join();
      }
      lesson.print("============>");
    }
  }

  private static void sing(Lesson lesson, ProcessSemaphore rooms, String user)
      throws InterruptedException {
    rooms.acquire();
    try {
      lesson.say("%s has got a room", "%s 占到一间ktv小屋", user);
      lesson.pause(0, 3000); // everyone stays as long as they like
      lesson.say("%s leaves", "%s 离开了", user);
    } finally {
      rooms.release();
    }
  }
}
