import org.interlock.ChildProcess;
import org.interlock.course.Bench;

/** Exercise 1.1: a helper that ends with the process that started it. 帮手进程要跟着启动它的进程一起结束。 */
public final class Helper {
  private final Bench bench;

  public Helper(Bench bench) {
    this.bench = bench;
  }

  /** Starts a child that runs bench.watch(), and returns it. 启动一个运行 bench.watch() 的子进程并返回它。 */
  public ChildProcess start() {
    return ChildProcess.start(bench.watch()); // and when we are killed? 我们被杀死了呢？
  }
}
