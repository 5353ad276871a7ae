import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.Task;
import org.interlock.course.Bench;

/** Exercise 1.2: run tasks, count those that failed. 运行任务，数一数失败了几个。 */
public final class Failures {
  public Failures(Bench bench) {}

  /** Runs each task in a child, all at the same time. 每个任务一个子进程，同时运行。 */
  public int failed(List<Task> tasks) throws InterruptedException {
    int failed = 0;
    for (Task task : tasks) {
      ChildProcess child = ChildProcess.start(task);
      if (child.exitCode().orElse(0) != 0) { // what if it is still alive? 要是它还活着呢？
        failed++;
      }
    }
    return failed;
  }
}
