package org.interlock.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.JoinableQueue;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;

/** A queue of lines, of whatever codec. */
final class LineQueue<E> implements AutoCloseable {
  /** What became of an attempt to take. */
  enum Taken {
    ITEM,
    TIMED_OUT,
    END
  }

  private final LineForm<E> form;
  private final ProcessQueue<E> queue;

  LineQueue(LineForm<E> form, ProcessQueue<E> queue) {
    this.form = form;
    this.queue = queue;
  }

  /** False: there was no room in time. */
  boolean put(byte[] line, long nanos) throws InterruptedException {
    return queue.offer(form.parse(line), nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes an item and writes it; one of a JoinableQueue is given back if that fails. */
  Taken take(OutputStream out, byte end, long nanos) throws InterruptedException, IOException {
    try {
      return queue instanceof JoinableQueue<E> joinable
          ? receive(joinable, out, end, nanos)
          : poll(out, end, nanos);
    } catch (QueueShutdownException e) {
      return Taken.END;
    }
  }

  private Taken poll(OutputStream out, byte end, long nanos)
      throws InterruptedException, IOException {
    E item = queue.poll(nanos, TimeUnit.NANOSECONDS);
    if (item == null) {
      return Taken.TIMED_OUT;
    }
    write(out, item, end);
    return Taken.ITEM;
  }

  private Taken receive(JoinableQueue<E> joinable, OutputStream out, byte end, long nanos)
      throws InterruptedException, IOException {
    Optional<JoinableQueue.Delivery<E>> received = joinable.receive(nanos, TimeUnit.NANOSECONDS);
    if (received.isEmpty()) {
      return Taken.TIMED_OUT;
    }
    try (JoinableQueue.Delivery<E> delivery = received.get()) {
      write(out, delivery.item(), end);
      delivery.done();
    }
    return Taken.ITEM;
  }

  /** In one piece, so that several writers to one pipe do not mix lines (up to PIPE_BUF). */
  private void write(OutputStream out, E item, byte end) throws IOException {
    byte[] text = form.print(item);
    byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
    line[text.length] = end;
    out.write(line);
    out.flush();
  }

  void shutdown() {
    queue.shutdown();
  }

  @Override
  public void close() {
    queue.close();
  }
}
