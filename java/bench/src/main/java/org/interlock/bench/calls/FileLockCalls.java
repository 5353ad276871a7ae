package org.interlock.bench.calls;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The lock of java.nio, nobody else wants it. */
@State(Scope.Thread)
public class FileLockCalls {
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

  @Benchmark
  public void lockRelease() throws IOException {
    FileLock held = channel.lock();
    if (!held.isValid()) {
      throw new IllegalStateException("not locked");
    }
    held.release();
  }
}
