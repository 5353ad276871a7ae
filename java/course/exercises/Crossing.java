import org.interlock.ProcessEvent;
import org.interlock.course.Bench;
import org.interlock.course.Cell;

/** Exercise 7.1: nobody passes on red. 红灯时谁也不能过。 */
public final class Crossing {
  private final ProcessEvent light;
  private final Cell passed;

  public Crossing(Bench bench) {
    light = ProcessEvent.open(bench.name("light"));
    passed = bench.slowCell("passed");
  }

  /** The light becomes green. 变绿灯。 */
  public void green() {
    light.set();
  }

  /** The light becomes red; how many have passed so far. 变红灯；返回到此为止过了几辆。 */
  public long red() {
    light.clear();
    return passed.get();
  }

  /** Passes if the light is green; whether it did. 绿灯就过；返回过没过去。 */
  public boolean drive() {
    if (!light.isSet()) {
      return false;
    }
    passed.set(passed.get() + 1);
    return true;
  }
}
