package org.interlock.bench.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;

/** A Unix domain socket between two JVMs: one write for each item, reads of what there is. */
public final class UnixSocketPeer {
  private static final int SIZE = 64;
  private static final int BUFFER = 1 << 16;

  private UnixSocketPeer() {}

  public static Contender transfer(String name) {
    return new Contender(
        name,
        scale -> {
          Path address = Files.createTempDirectory("interlock-bench").resolve("socket");
          return PartySession.counted(
              Judge.transfer(1),
              JvmParty.start(new Sender(address.toString())),
              JvmParty.start(new Receiver(address.toString())));
        });
  }

  private static final class Sender implements Role {
    private static final long serialVersionUID = 1;

    private final String address;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient SocketChannel channel;

    Sender(String address) {
      this.address = address;
    }

    @Override
    public void open() throws IOException {
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(address));
        channel = server.accept();
      }
      Files.delete(Path.of(address));
      Files.delete(Path.of(address).resolveSibling(""));
    }

    @Override
    public Outcome round(Order order) throws IOException, InterruptedException {
      ByteBuffer item = ByteBuffer.allocateDirect(SIZE);
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        item.clear().putLong(0, i);
        while (item.hasRemaining()) {
          channel.write(item);
        }
        sum += i;
      }
      return Outcome.of(start, order.amount(), sum);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class Receiver implements Role {
    private static final long serialVersionUID = 1;

    private final String address;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient SocketChannel channel;

    Receiver(String address) {
      this.address = address;
    }

    @Override
    public void open() throws InterruptedException {
      while (channel == null) {
        try {
          channel = SocketChannel.open(UnixDomainSocketAddress.of(address));
        } catch (IOException notYetThere) {
          Order.pause(1_000_000);
        }
      }
    }

    @Override
    public Outcome round(Order order) throws IOException {
      ByteBuffer items = ByteBuffer.allocateDirect(BUFFER);
      long count = 0;
      long sum = 0;
      while (count < order.amount()) {
        if (channel.read(items) < 0) {
          throw new EOFException();
        }
        items.flip();
        for (; items.remaining() >= SIZE; items.position(items.position() + SIZE)) {
          sum += items.getLong(items.position());
          count++;
        }
        items.compact();
      }
      return Outcome.of(order.start(), count, sum);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
