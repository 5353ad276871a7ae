package org.interlock.bench.calls;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.interlock.ProcessLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Lock and unlock, nobody else wants it. */
@State(Scope.Thread)
public class LockCalls {
  private ProcessLock lock;
  private long count;

  @Setup
  public void open() {
    lock = ProcessLock.create();
  }

  @TearDown
  public void check() {
    if (count == 0 || lock.isLocked()) {
      throw new IllegalStateException("the lock is left locked");
    }
    lock.close();
  }

  @Benchmark
  public void processLock() {
    lock.lock();
    try {
      count++;
    } finally {
      lock.unlock();
    }
  }

  /** java.nio's. */
  @State(Scope.Thread)
  public static class OfFile {
    private Path file;
    private FileChannel channel;

    @Setup
    public void open() throws IOException {
      file = Files.createTempFile("interlock-bench", ".lock");
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
    }

    @TearDown
    public void close() throws IOException {
      channel.close();
      Files.delete(file);
    }
  }

  @Benchmark
  public boolean fileLock(OfFile state) throws IOException {
    try (FileLock held = state.channel.lock()) {
      return held.isValid();
    }
  }
}
