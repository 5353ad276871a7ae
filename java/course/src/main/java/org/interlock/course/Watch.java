package org.interlock.course;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.Task;

/** A helper that tells when it has outlived its parent, and then ends: nothing is left behind. */
record Watch(String orphan) implements Task {
  /** A daemon child is told to end at once, and made to a second later. */
  private static final long GRACE_SECONDS = 5;

  @Override
  public void run() throws Exception {
    long parent = ChildProcess.parentPid().orElseThrow();
    while (ProcessHandle.of(parent).map(ProcessHandle::isAlive).orElse(false)) {
      Thread.sleep(20);
    }
    TimeUnit.SECONDS.sleep(GRACE_SECONDS);
    Files.createFile(Path.of(orphan + "-" + ProcessHandle.current().pid()));
  }
}
