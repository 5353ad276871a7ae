package org.interlock;

import java.io.EOFException;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedReference;
import org.interlock.internal.queue.PipeCore;
import org.interlock.internal.queue.PipeEnd;

/**
 * Two ends, each with one process: what one sends the other receives, in order, and each learns
 * when the other is gone.
 *
 * <pre>{@code
 * try (ProcessPipe<String> pipe = ProcessPipe.create()) {
 *   ProcessPipe.Connection<String> ours = pipe.left();
 *   ProcessPipe.Connection<String> theirs = pipe.right();
 *   ChildProcess.start(() -> {                  // the right end is the child's from now on
 *     theirs.send("hello from " + ChildProcess.currentName());
 *     System.out.println(theirs.receive());
 *   });
 *   System.out.println(ours.receive());
 *   ours.send("goodbye");
 * }
 * }</pre>
 *
 * <p>A {@link ProcessQueue} is for any number of producers and consumers, who come and go without
 * notice. A pipe is for two who talk to each other: there are answers, and there is an end.
 *
 * <p><b>Whose an end is.</b> Both ends are those of the process that made the pipe, until it hands
 * one on: to the child whose task has captured it, when {@code start} returns; or to the first
 * process that reads it out of a queue. From then on the end is that process's alone: in the one
 * that handed it on every method but {@code close} throws {@link ClosedObjectException}. While a
 * start is under way they wait; if it fails, nothing has happened. In one process several threads
 * may use an end, and both ends.
 *
 * <p>The pipe itself can be handed on as well, as every {@link Shared} object; that hands on none
 * of its ends.
 *
 * <p><b>Room.</b> A direction holds 1 MiB that was sent and not received; after that {@code send}
 * waits. A larger item, up to what {@link ProcessQueue#create(Codec, int)} says of {@code
 * maxBytes}, goes in when nothing else waits.
 *
 * <p><b>The end.</b> An end is closed by {@link Connection#close()}, by {@link #close()} in its
 * process, or by the end of that process, however it comes; an end that was handed to a child, by
 * the child's, even if that ends before it has read its task. What was sent before is received
 * nevertheless; after that {@code receive} throws {@link EOFException}, and {@code send} does so at
 * once: nobody would receive it. One who waits then learns of it within 100 ms. (A process with
 * much memory takes some time to end, about 100 ms per GiB.) A process that is stopped (SIGSTOP)
 * has not ended.
 *
 * <p><b>Death.</b> A process that is killed in the middle of a {@code send} has either sent the
 * item or not; in the middle of a {@code receive} it matters to nobody any more.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it sent an item happens-before
 * what the thread that received it does after that.
 *
 * @param <E> what is sent
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/functions/socketpair.html"
 *     >socketpair</a>, the POSIX call that comes closest
 */
public final class ProcessPipe<E> extends AbstractShared implements Shared {
  private static final long serialVersionUID = 1L;

  private final transient SharedHandle<PipeCore> handle;
  private final transient Codec<E> codec;
  private final transient Connection<E> left;
  private final transient Connection<E> right;

  ProcessPipe(SharedHandle<PipeCore> handle, Codec<E> codec) {
    this.handle = handle;
    this.codec = codec;
    this.left = new PipeConnection<>(new PipeEnd<>(handle, codec, PipeCore.LEFT, false));
    this.right = new PipeConnection<>(new PipeEnd<>(handle, codec, PipeCore.RIGHT, false));
  }

  /**
   * Makes an anonymous pipe for serialisable objects.
   *
   * @param <E> what is sent
   * @return a handle; both ends are this process's
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessPipe<E> create() {
    return create(Codec.objects());
  }

  /**
   * Makes an anonymous pipe.
   *
   * @param <E> what is sent
   * @param codec how items become bytes, in both directions
   * @return a handle; both ends are this process's
   * @throws IllegalArgumentException if the id of the codec is none
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessPipe<E> create(Codec<E> codec) {
    return new ProcessPipe<>(PipeCore.create(codec), codec);
  }

  /**
   * One end.
   *
   * @return the same each time
   */
  public Connection<E> left() {
    handle.requireOpen();
    return left;
  }

  /**
   * The other end.
   *
   * @return the same each time
   */
  public Connection<E> right() {
    handle.requireOpen();
    return right;
  }

  /**
   * Gives back this handle. The ends that are this process's, and came from {@link #left()} and
   * {@link #right()} of this handle, are closed with it; those that were handed on are not touched.
   * Threads that are blocked in them throw {@link ClosedObjectException}.
   */
  @Override
  public void close() {
    left.close();
    right.close();
    super.close();
  }

  @Override
  SharedHandle<PipeCore> handle() {
    return handle;
  }

  @Override
  SharedReference reference() {
    return new PipeForm(handle, codec);
  }

  @Override
  String state() {
    PipeCore core = handle.open();
    return "left " + core.whose(PipeCore.LEFT) + ", right " + core.whose(PipeCore.RIGHT);
  }

  /**
   * One end of a pipe, for the threads of the process whose it is. To hand it on, capture it in a
   * {@link Task}; see {@link ProcessPipe}.
   *
   * <p>Two connections are equal if they are the same end of the same pipe.
   *
   * @param <E> what is sent
   */
  public interface Connection<E> extends Serializable, AutoCloseable {

    /**
     * Sends an item. Waits while the other end has received too little of what was sent before;
     * goes on when it receives. When this returns the item is in shared memory, and if the other
     * end lives it will find it, whatever becomes of this process.
     *
     * @param item the item
     * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed
     *     within 100 ms
     * @throws EOFException if the other end is closed, or its process has ended, before or
     *     meanwhile
     * @throws NullPointerException if item is null
     * @throws IllegalArgumentException if the item is so large that it can never fit
     * @throws ClosedObjectException if this end is closed or handed to another process, before or
     *     meanwhile
     * @throws PosixException if shared memory is full
     * @throws CorruptObjectException if shared memory holds garbage
     * @throws RuntimeException what the codec throws; in this case, and all those above, the item
     *     was not sent
     */
    void send(E item) throws InterruptedException, EOFException;

    /**
     * Receives the next item; waits until there is one.
     *
     * @return the item
     * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed
     *     within 100 ms, and nothing was received
     * @throws EOFException if the other end is closed, or its process has ended, and everything
     *     that it sent was received
     * @throws DecodeException if the codec could not read the item, which is gone
     * @throws ClosedObjectException if this end is closed or handed to another process, before or
     *     meanwhile
     * @throws CorruptObjectException if shared memory holds garbage
     */
    E receive() throws InterruptedException, EOFException;

    /**
     * As {@link #receive()}, but waits for a time at most.
     *
     * @param time how long to wait; 0 or less does not wait, {@link Long#MAX_VALUE} is for ever
     * @param unit of the time
     * @return the item, or nothing if none came in time
     * @throws InterruptedException as by {@link #receive()}
     * @throws EOFException as by {@link #receive()}
     * @throws DecodeException as by {@link #receive()}
     * @throws ClosedObjectException as by {@link #receive()}
     * @throws CorruptObjectException as by {@link #receive()}
     */
    Optional<E> receive(long time, TimeUnit unit) throws InterruptedException, EOFException;

    /**
     * Whether {@link #receive()} would return, or throw, at once.
     *
     * @return true iff there is an item, or will never be one again
     * @throws ClosedObjectException if this end is closed or handed to another process
     */
    boolean poll();

    /**
     * Closes this end, if it is this process's: whoever waits at either end is woken. What was sent
     * can still be received. Closing twice does nothing, and so does closing one that was handed
     * on.
     */
    @Override
    void close();
  }
}
