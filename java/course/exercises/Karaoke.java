import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** Exercise 3.1: two rooms, and more guests. 两间小屋，客人更多。 */
public final class Karaoke {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public Karaoke(Bench bench) {
    rooms = ProcessSemaphore.create(2);
  }

  /** Waits a little (50 ms) for a room; whether we got in. 稍等（50 毫秒），返回有没有进去。 */
  public boolean enter() throws InterruptedException {
    inside = rooms.tryAcquire(50, TimeUnit.MILLISECONDS);
    return inside;
  }

  /** Gives the room back; false if we were in none. 归还小屋；本来就不在里面时返回 false。 */
  public boolean leave() {
    rooms.release();
    return inside;
  }
}
