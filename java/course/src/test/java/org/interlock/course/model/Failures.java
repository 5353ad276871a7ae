package org.interlock.course.model;

import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.Task;
import org.interlock.course.Bench;

/** Starts all, then waits for each. */
public final class Failures {
  public Failures(Bench bench) {}

  public int failed(List<Task> tasks) throws InterruptedException {
    List<ChildProcess> children = new ArrayList<>();
    for (Task task : tasks) {
      children.add(ChildProcess.start(task));
    }
    int failed = 0;
    for (ChildProcess child : children) {
      child.join();
      if (child.exitCode().orElseThrow() != 0) {
        failed++;
      }
    }
    return failed;
  }
}
