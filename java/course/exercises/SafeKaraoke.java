import java.util.concurrent.TimeUnit;
import org.interlock.ProcessSemaphore;
import org.interlock.course.Bench;

/** Exercise 8.1: guests are killed in their rooms. 客人会在小屋里被杀死。 */
public final class SafeKaraoke {
  private final ProcessSemaphore rooms;
  private boolean inside;

  public SafeKaraoke(Bench bench) {
    rooms = ProcessSemaphore.open(bench.name("rooms"), 2);
  }

  /** Waits a little (50 ms) for a room; whether we got in. 稍等（50 毫秒），返回有没有进去。 */
  public boolean enter() throws InterruptedException {
    if (inside || !rooms.tryAcquire(50, TimeUnit.MILLISECONDS)) {
      return false;
    }
    inside = true;
    return true;
  }

  /** Gives the room back; false if we were in none. 归还小屋；本来就不在里面时返回 false。 */
  public boolean leave() {
    if (!inside) {
      return false;
    }
    inside = false;
    rooms.release();
    return true;
  }
}
