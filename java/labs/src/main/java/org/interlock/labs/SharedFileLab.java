package org.interlock.labs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import picocli.CommandLine.Command;

/**
 * A counter in a file, that three processes count up: without a lock, then with one.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run shared-file}
 *
 * <p><b>Expect:</b> without the lock most of the counting is lost, with it the file says 60.
 *
 * <pre>
 * without a lock: 22 of 60
 * with the lock: 60 of 60
 * </pre>
 *
 * <p><b>Why:</b> processes share no variables, but they share files, and "read, add one, write" is
 * three steps. Two processes that read the same number write the same number, and one of the two
 * counts is gone. Under the lock nobody reads between another's reading and writing. (A file is
 * slow, and one must think of the lock oneself: a {@link ProcessLong} counts without either, and a
 * queue spares the sharing altogether.)
 */
@Command(
    name = "shared-file",
    description = "a counter in a file that three processes count up, without a lock and with one")
final class SharedFileLab extends Lab {
  private static final int WRITERS = 3;
  private static final int ROUNDS = 20;

  @Override
  void run(Lesson lesson) throws IOException, InterruptedException {
    lesson.say("without a lock: %d of %d", "不加锁: %d,应为 %d", count(lesson, false), WRITERS * ROUNDS);
    lesson.say("with the lock: %d of %d", "加锁: %d,应为 %d", count(lesson, true), WRITERS * ROUNDS);
  }

  private static int count(Lesson lesson, boolean locking)
      throws IOException, InterruptedException {
    File file = File.createTempFile("shared-file", ".txt"); // a Path cannot travel to a child
    try (ProcessLock lock = ProcessLock.create();
        ProcessLong arrived = ProcessLong.create(0)) {
      write(file, 0);
      List<ChildProcess> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(ChildProcess.start(() -> countUp(lesson, file, locking, lock, arrived)));
      }
      for (ChildProcess writer : writers) {
        writer.join();
      }
      return read(file);
    } finally {
      Files.delete(file.toPath());
    }
  }

  private static void countUp(
      Lesson lesson, File file, boolean locking, ProcessLock lock, ProcessLong arrived)
      throws IOException, InterruptedException {
    awaitOthers(arrived);
    for (int i = 0; i < ROUNDS; i++) {
      if (locking) {
        lock.lock();
        try {
          addOne(lesson, file);
        } finally {
          lock.unlock();
        }
      } else {
        addOne(lesson, file);
      }
    }
  }

  /** Else the first could be through before the last has started. */
  private static void awaitOthers(ProcessLong arrived) throws InterruptedException {
    arrived.addAndGet(1);
    while (arrived.get() < WRITERS) {
      Thread.sleep(1);
    }
  }

  private static void addOne(Lesson lesson, File file) throws IOException, InterruptedException {
    int number = read(file);
    lesson.pause(20, 40);
    write(file, number + 1);
  }

  private static int read(File file) throws IOException {
    return Integer.parseInt(Files.readString(file.toPath()));
  }

  /** Always as long, and not emptied before, so that whoever reads meanwhile reads a number. */
  private static void write(File file, int number) throws IOException {
    Files.writeString(file.toPath(), String.format("%04d", number), StandardOpenOption.WRITE);
  }
}
