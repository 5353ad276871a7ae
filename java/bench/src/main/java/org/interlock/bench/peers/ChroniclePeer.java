package org.interlock.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;

/** Chronicle Queue in a directory of /dev/shm: it keeps everything, and its tailer polls. */
public final class ChroniclePeer {
  private static final int SIZE = 64;

  /** Nothing is ever removed: so many items at most in a round. */
  private static final long MOST = 500_000;

  /** Those its documentation asks for on Java 17, and no report of its use to its makers. */
  private static final List<String> OPTIONS =
      List.of(
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
          "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
          "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "-Dchronicle.analytics.disable=true",
          "-Dchronicle.disk.monitor.disable=true");

  private ChroniclePeer() {}

  public static Contender transfer(String name) {
    return new Contender(
        name,
        scale -> {
          String directory =
              Files.createTempDirectory(Path.of("/dev/shm"), "interlock-bench-chronicle")
                  .toString();
          String[] options = OPTIONS.toArray(String[]::new);
          return PartySession.counted(
              Judge.transfer(1),
              MOST,
              JvmParty.start(new Appender(directory), options),
              JvmParty.start(new Tailer(directory), options));
        });
  }

  /** Either end. */
  private abstract static class End implements Role {
    private static final long serialVersionUID = 1;

    private final String directory;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    transient ChronicleQueue queue;

    End(String directory) {
      this.directory = directory;
    }

    @Override
    public void open() {
      queue = ChronicleQueue.single(directory);
    }

    @Override
    public void close() throws IOException {
      queue.close();
      if (Files.exists(Path.of(directory))) {
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  private static final class Appender extends End {
    private static final long serialVersionUID = 1;

    Appender(String directory) {
      super(directory);
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      Bytes<?> item = Bytes.wrapForWrite(new byte[SIZE]);
      try (ExcerptAppender appender = queue.createAppender()) {
        order.await();
        long start = System.nanoTime();
        long sum = 0;
        for (long i = 0; i < order.amount(); i++) {
          item.clear();
          item.writeLong(0, i);
          item.writePosition(SIZE);
          appender.writeBytes(item);
          sum += i;
        }
        return Outcome.of(start, order.amount(), sum);
      }
    }
  }

  private static final class Tailer extends End {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient ExcerptTailer tailer;

    Tailer(String directory) {
      super(directory);
    }

    @Override
    public void open() {
      super.open();
      tailer = queue.createTailer();
    }

    @Override
    public Outcome round(Order order) {
      Bytes<?> item = Bytes.allocateElasticOnHeap(SIZE);
      long count = 0;
      long sum = 0;
      while (count < order.amount()) {
        item.clear();
        if (tailer.readBytes(item)) {
          sum += item.readLong(0);
          count++;
        } else {
          Thread.onSpinWait();
        }
      }
      return Outcome.of(order.start(), count, sum);
    }
  }
}
