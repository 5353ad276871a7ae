package org.interlock.bench.rows;

import java.util.List;
import org.interlock.Codec;
import org.interlock.ProcessQueue;
import org.interlock.bench.harness.Bar;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.interlock.bench.peers.AgronaPeer;
import org.interlock.bench.peers.ChroniclePeer;
import org.interlock.bench.peers.JeroMqPeer;
import org.interlock.bench.peers.NativePeer;
import org.interlock.bench.peers.PipePeer;
import org.interlock.bench.peers.PythonPeer;
import org.interlock.bench.peers.UnixSocketPeer;

/** 64 bytes from one process to another. */
final class QueueBench {
  private QueueBench() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "queue",
            "queue",
            "1→1, byte[64]",
            Unit.PER_SECOND,
            List.of(
                Queues.singles(
                    "ProcessQueue",
                    Items.bytes(Queues.SIZE),
                    1,
                    1,
                    () -> ProcessQueue.create(Codec.bytes(), Queues.CAPACITY)),
                AgronaPeer.transfer("Agrona ManyToOne", AgronaPeer.Kind.MANY_TO_ONE, Queues.SIZE),
                AgronaPeer.transfer("Agrona OneToOne", AgronaPeer.Kind.ONE_TO_ONE, Queues.SIZE),
                PipePeer.transfer("pipe"),
                NativePeer.c("C pipe", Judge.transferInside(1), "pipe", "64"),
                ChroniclePeer.transfer("Chronicle Queue"),
                JeroMqPeer.transfer("JeroMQ"),
                UnixSocketPeer.transfer("Unix socket"),
                NativePeer.boost("Boost message_queue", Judge.transferInside(1), "queue"),
                PythonPeer.python(
                    "Python Queue", Judge.transferInside(1), "queue", "Queue", "1", "1", "0"),
                PythonPeer.python(
                    "Python SimpleQueue",
                    Judge.transferInside(1),
                    "queue",
                    "SimpleQueue",
                    "1",
                    "1",
                    "0")),
            List.of(
                Bar.atLeast("ProcessQueue", 0.8, "Agrona ManyToOne"),
                Bar.atLeast("ProcessQueue", 50, "Python Queue"),
                Bar.atLeast("ProcessQueue", 5, "pipe"),
                Bar.atLeast("ProcessQueue", 1, "Chronicle Queue"),
                Bar.atLeast("ProcessQueue", 1, "JeroMQ"))));
  }
}
