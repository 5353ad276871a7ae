package org.interlock.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.JvmParty;
import org.interlock.bench.harness.Order;
import org.interlock.bench.harness.Outcome;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.Role;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** JeroMQ: PUSH and PULL over the loopback address, as its ipc transport is TCP, too. */
public final class JeroMqPeer {
  private static final int SIZE = 64;

  private JeroMqPeer() {}

  public static Contender transfer(String name) {
    return new Contender(
        name,
        scale -> {
          String address = "tcp://127.0.0.1:" + freePort();
          return PartySession.counted(
              Judge.transfer(1),
              JvmParty.start(new Sender(address)),
              JvmParty.start(new Receiver(address)));
        });
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Either end. */
  private abstract static class End implements Role {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("NullAway.Init") // open() sets it, in the process where it is used
    private transient ZContext context;

    @SuppressWarnings("NullAway.Init")
    transient ZMQ.Socket socket;

    void open(SocketType type) {
      context = new ZContext();
      socket = context.createSocket(type);
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private static final class Sender extends End {
    private static final long serialVersionUID = 1;

    private final String address;

    Sender(String address) {
      this.address = address;
    }

    @Override
    public void open() {
      open(SocketType.PUSH);
      socket.connect(address);
    }

    @Override
    public Outcome round(Order order) throws InterruptedException {
      order.await();
      long start = System.nanoTime();
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        // A new array each time: the socket keeps the one it was given.
        socket.send(ByteBuffer.allocate(SIZE).putLong(0, i).array(), 0);
        sum += i;
      }
      return Outcome.of(start, order.amount(), sum);
    }
  }

  private static final class Receiver extends End {
    private static final long serialVersionUID = 1;

    private final String address;

    Receiver(String address) {
      this.address = address;
    }

    @Override
    public void open() {
      open(SocketType.PULL);
      if (!socket.bind(address)) {
        throw new IllegalStateException(address + " is taken");
      }
    }

    @Override
    public Outcome round(Order order) {
      long sum = 0;
      for (long i = 0; i < order.amount(); i++) {
        sum += ByteBuffer.wrap(socket.recv(0)).getLong(0);
      }
      return Outcome.of(order.start(), order.amount(), sum);
    }
  }
}
