package org.interlock.course.wrong;

import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.Task;
import org.interlock.course.Bench;

/** Looks at the exit codes of processes that are still alive. */
public final class FailuresNoJoin {
  public FailuresNoJoin(Bench bench) {}

  public int failed(List<Task> tasks) {
    return (int)
        tasks.stream()
            .map(ChildProcess::start)
            .filter(child -> child.exitCode().orElse(0) != 0)
            .count();
  }
}
