package org.interlock.bench.peers;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;
import org.agrona.concurrent.MessageHandler;
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
  private static final int SIZE = 64;

  /** Agrona 2 uses the JDK's own Unsafe. */
  private static final String OPTIONS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

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
          String file = newFile();
          return PartySession.counted(
              Judge.transfer(1),
              JvmParty.start(new Sender(file, kind, size), OPTIONS),
              JvmParty.start(new Receiver(file, kind), OPTIONS));
        });
  }

  /** There and back through two rings; both sides spin all the time. */
  public static Contender roundTrips(String name, Kind kind) {
    return new Contender(
        name,
        scale -> {
          String there = newFile();
          String back = newFile();
          return PartySession.counted(
              Judge.roundTrips(),
              JvmParty.start(new Caller(there, back, kind), OPTIONS),
              JvmParty.start(new Answerer(there, back, kind), OPTIONS));
        });
  }

  private static String newFile() throws IOException {
    Path file = Files.createTempFile(Path.of("/dev/shm"), "interlock-bench-agrona", "");
    try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
      sized.setLength(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH);
    }
    return file.toString();
  }

  /** A ring in this process. */
  private static final class Ring implements Serializable {
    private static final long serialVersionUID = 1;

    private final String file;
    private final Kind kind;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient RingBuffer buffer;

    @SuppressWarnings("NullAway.Init")
    private transient MappedByteBuffer mapped;

    Ring(String file, Kind kind) {
      this.file = file;
      this.kind = kind;
    }

    void open() {
      mapped = IoUtil.mapExistingFile(new File(file), "ring");
      buffer = kind.over(new UnsafeBuffer(mapped));
    }

    void write(UnsafeBuffer item, int size) {
      while (!buffer.write(MESSAGE_TYPE, item, 0, size)) {
        Thread.onSpinWait();
      }
    }

    /** Spins until there is something; the number of messages. */
    int read(MessageHandler handler) {
      int read = buffer.read(handler);
      while (read == 0) {
        Thread.onSpinWait();
        read = buffer.read(handler);
      }
      return read;
    }

    void close() throws IOException {
      IoUtil.unmap(mapped);
      Files.deleteIfExists(Path.of(file));
    }
  }

  private record Sender(Ring ring, int size) implements Role {
    Sender(String file, Kind kind, int size) {
      this(new Ring(file, kind), size);
    }

    @Override
    public void open() {
      ring.open();
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      UnsafeBuffer item = new UnsafeBuffer(new byte[size]);
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        item.putLong(0, i);
        ring.write(item, size);
        sum += i;
      }
      return Outcome.of(start, order.amount(), sum);
    }

    @Override
    public void close() throws IOException {
      ring.close();
    }
  }

  private static final class Receiver implements Role {
    private static final long serialVersionUID = 1;

    private final Ring ring;
    private transient long sum;

    Receiver(String file, Kind kind) {
      ring = new Ring(file, kind);
    }

    @Override
    public void open() {
      ring.open();
    }

    @Override
    public Outcome round(Order order) {
      sum = 0;
      long count = 0;
      while (count < order.amount()) {
        count += ring.read((type, buffer, index, length) -> sum += buffer.getLong(index));
      }
      return Outcome.of(order.start(), count, sum);
    }

    @Override
    public void close() throws IOException {
      ring.close();
    }
  }

  private static final class Caller implements Role {
    private static final long serialVersionUID = 1;

    private final Ring there;
    private final Ring back;
    private transient long sum;

    Caller(String there, String back, Kind kind) {
      this.there = new Ring(there, kind);
      this.back = new Ring(back, kind);
    }

    @Override
    public void open() {
      there.open();
      back.open();
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      UnsafeBuffer item = new UnsafeBuffer(new byte[SIZE]);
      Histogram latencies = Outcome.newHistogram();
      sum = 0;
      order.await();
      long start = System.nanoTime();
      for (long i = 0; i < order.amount(); i++) {
        item.putLong(0, i);
        long sent = System.nanoTime();
        there.write(item, SIZE);
        back.read((type, buffer, index, length) -> sum += buffer.getLong(index));
        latencies.recordValue(System.nanoTime() - sent);
      }
      return Outcome.of(start, order.amount(), sum).with(latencies);
    }

    @Override
    public void close() throws IOException {
      there.close();
      back.close();
    }
  }

  private record Answerer(Ring there, Ring back) implements Role {
    Answerer(String there, String back, Kind kind) {
      this(new Ring(there, kind), new Ring(back, kind));
    }

    @Override
    public void open() {
      there.open();
      back.open();
    }

    @Override
    public Outcome round(Order order) {
      UnsafeBuffer item = new UnsafeBuffer(new byte[SIZE]);
      for (long i = 0; i < order.amount(); i++) {
        there.read((type, buffer, index, length) -> item.putBytes(0, buffer, index, length));
        back.write(item, SIZE);
      }
      return Outcome.of(order.start(), order.amount(), 0);
    }

    @Override
    public void close() throws IOException {
      there.close();
      back.close();
    }
  }
}
