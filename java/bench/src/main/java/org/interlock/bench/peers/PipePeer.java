package org.interlock.bench.peers;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;

/** Anonymous pipes between two JVMs: the standard streams of a {@link ProcessBuilder}. */
public final class PipePeer {
  private static final int SIZE = 64;

  private PipePeer() {}

  /** One write for each item; the reader reads what there is. */
  public static Contender transfer(String name) {
    return new Contender(
        name, scale -> PartySession.counted(Judge.transferInside(1), JvmParty.start(new Sender())));
  }

  /** With a pause before each, so that the other side sleeps; 0 for none. */
  public static Contender roundTrips(String name, long pauseNanos, long most) {
    return new Contender(
        name,
        scale ->
            PartySession.counted(Judge.roundTrips(), most, JvmParty.start(new Caller(pauseNanos))));
  }

  /** The side that starts the other one. */
  private abstract static class Near implements Role {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient Process far;

    @SuppressWarnings("NullAway.Init")
    transient DataOutputStream out;

    @SuppressWarnings("NullAway.Init")
    transient DataInputStream in;

    void start(String what) throws IOException {
      far =
          new ProcessBuilder(
                  List.of(
                      ProcessHandle.current().info().command().orElse("java"),
                      "-cp",
                      System.getProperty("java.class.path"),
                      Far.class.getName(),
                      what))
              .redirectError(Redirect.INHERIT)
              .start();
      out = new DataOutputStream(far.getOutputStream());
      in = new DataInputStream(far.getInputStream());
    }

    @Override
    public void close() throws IOException, InterruptedException {
      out.close();
      far.waitFor();
    }
  }

  private static final class Sender extends Near {
    private static final long serialVersionUID = 1;

    @Override
    public void open() throws IOException {
      start("sink");
    }

    @Override
    public Outcome round(Order order) throws IOException, InterruptedException {
      byte[] item = new byte[SIZE];
      order.await();
      long start = System.nanoTime();
      out.writeLong(order.amount());
      for (long i = 0; i < order.amount(); i++) {
        ByteBuffer.wrap(item).putLong(0, i);
        out.write(item);
        out.flush();
      }
      return Outcome.of(start, order.amount(), in.readLong());
    }
  }

  private static final class Caller extends Near {
    private static final long serialVersionUID = 1;

    private final long pauseNanos;

    Caller(long pauseNanos) {
      this.pauseNanos = pauseNanos;
    }

    @Override
    public void open() throws IOException {
      start("echo");
    }

    @Override
    public Outcome round(Order order) throws IOException, InterruptedException {
      byte[] item = new byte[SIZE];
      Histogram latencies = Outcome.newHistogram();
      long sum = 0;
      order.await();
      long start = System.nanoTime();
      for (long i = 0; i < order.amount(); i++) {
        Order.pause(pauseNanos);
        ByteBuffer.wrap(item).putLong(0, i);
        long sent = System.nanoTime();
        out.write(item);
        out.flush();
        in.readFully(item);
        latencies.recordValue(System.nanoTime() - sent);
        sum += ByteBuffer.wrap(item).getLong(0);
      }
      return Outcome.of(start, order.amount(), sum).with(latencies);
    }
  }

  /** The main class of the other JVM. */
  static final class Far {
    private Far() {}

    public static void main(String[] arguments) throws IOException {
      try {
        if (arguments[0].equals("sink")) {
          sink(
              new DataInputStream(new BufferedInputStream(System.in)),
              new DataOutputStream(System.out));
        } else {
          echo(System.in, System.out);
        }
      } catch (EOFException finished) {
        // the near side closed its end
      }
    }

    private static void sink(DataInputStream in, DataOutputStream out) throws IOException {
      byte[] item = new byte[SIZE];
      for (; ; ) {
        long amount = in.readLong();
        long sum = 0;
        for (long i = 0; i < amount; i++) {
          in.readFully(item);
          sum += ByteBuffer.wrap(item).getLong(0);
        }
        out.writeLong(sum);
        out.flush();
      }
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
      byte[] item = new byte[SIZE];
      while (in.readNBytes(item, 0, SIZE) == SIZE) {
        out.write(item);
        out.flush();
      }
    }
  }
}
