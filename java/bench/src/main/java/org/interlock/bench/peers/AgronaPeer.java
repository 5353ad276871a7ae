package org.interlock.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;

/**
 * Agrona's ring buffers over a mapped file, both sides spinning: they neither block nor recover.
 */
public final class AgronaPeer {
  private static final int MESSAGE_TYPE = 1;
  private static final int CAPACITY = 1 << 20;

  private AgronaPeer() {}

  /** Which ring. */
  public enum Kind {
    ONE_TO_ONE,
    MANY_TO_ONE;

    RingBuffer over(UnsafeBuffer buffer) {
      return this == ONE_TO_ONE ? new OneToOneRingBuffer(buffer) : new ManyToOneRingBuffer(buffer);
    }
  }

  public static Contender transfer(String name, Kind kind, int size) {
    return new Contender(
        name,
        scale -> {
          String file = newFile().toString();
          return PartySession.counted(
              Judge.transfer(1),
              JvmParty.start(new Sender(file, kind, size)),
              JvmParty.start(new Receiver(file, kind)));
        });
  }

  static Path newFile() throws IOException {
    Path file = Files.createTempFile(Path.of("/dev/shm"), "interlock-bench-agrona", "");
    Files.delete(file);
    IoUtil.unmap(IoUtil.mapNewFile(file.toFile(), CAPACITY + RingBufferDescriptor.TRAILER_LENGTH));
    return file;
  }

  /** One side: the ring in this process. */
  private abstract static class Side implements Role {
    private static final long serialVersionUID = 1;

    private final String file;
    private final Kind kind;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    transient RingBuffer ring;

    @SuppressWarnings("NullAway.Init")
    private transient MappedByteBuffer mapped;

    Side(String file, Kind kind) {
      this.file = file;
      this.kind = kind;
    }

    @Override
    public void open() {
      mapped = IoUtil.mapExistingFile(new File(file), "ring");
      ring = kind.over(new UnsafeBuffer(mapped));
    }

    @Override
    public void close() throws IOException {
      IoUtil.unmap(mapped);
      Files.deleteIfExists(Path.of(file));
    }
  }

  private static final class Sender extends Side {
    private static final long serialVersionUID = 1;

    private final int size;

    Sender(String file, Kind kind, int size) {
      super(file, kind);
      this.size = size;
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      UnsafeBuffer item = new UnsafeBuffer(new byte[size]);
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        item.putLong(0, i);
        while (!ring.write(MESSAGE_TYPE, item, 0, size)) {
          Thread.onSpinWait();
        }
        sum += i;
      }
      return Outcome.of(start, order.amount(), sum);
    }
  }

  private static final class Receiver extends Side {
    private static final long serialVersionUID = 1;

    private transient long sum;

    Receiver(String file, Kind kind) {
      super(file, kind);
    }

    @Override
    public Outcome round(Order order) {
      sum = 0;
      long count = 0;
      while (count < order.amount()) {
        int read = ring.read((type, buffer, index, length) -> sum += buffer.getLong(index));
        if (read == 0) {
          Thread.onSpinWait();
        }
        count += read;
      }
      return Outcome.of(order.start(), count, sum);
    }
  }
}
