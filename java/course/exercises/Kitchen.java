import java.util.concurrent.TimeUnit;
import org.interlock.ProcessEvent;
import org.interlock.course.Bench;

/** Exercise 3.2: nothing is served before it is cooked. 没做好的菜不能上。 */
public final class Kitchen {
  private final ProcessEvent ready;

  public Kitchen(Bench bench) {
    ready = ProcessEvent.open(bench.name("ready"));
  }

  /** One more dish is ready. 又做好一份。 */
  public void cook() {
    ready.set();
  }

  /** Waits a little (50 ms) for a dish; whether there was one. 稍等（50 毫秒），返回有没有菜可上。 */
  public boolean serve() throws InterruptedException {
    boolean served = ready.await(50, TimeUnit.MILLISECONDS);
    ready.clear();
    return served;
  }
}
