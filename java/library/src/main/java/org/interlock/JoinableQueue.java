package org.interlock;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.queue.Consumer;
import org.interlock.internal.queue.Hold;
import org.interlock.internal.queue.QueueHandle;

/**
 * A queue that knows which of its items were worked off: an item is gone only when whoever took it
 * says that it is done. If that process dies before, or closes its last handle, the item is
 * delivered again, to another process, ahead of newer ones. So each item is delivered at least
 * once.
 *
 * <pre>{@code
 * for (Job job : jobs) {                     // whoever hands out the work
 *   queue.put(job);
 * }
 * queue.join();                              // until all of them are done
 * queue.shutdown();                          // the workers' take() throws
 * }</pre>
 *
 * <pre>{@code
 * while (true) {                             // a worker
 *   Job job = queue.take();
 *   try {
 *     job.run();
 *   } finally {
 *     queue.taskDone();
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #receive()} is the other way to take: what it returns belongs to no thread, can be
 * given back, and tells whether somebody else had it before.
 *
 * <pre>{@code
 * try (Delivery<Job> delivery = queue.receive()) {
 *   if (delivery.deliveries() > 3) {
 *     setAside(delivery.item());             // it has killed three workers
 *   } else {
 *     delivery.item().run();
 *   }
 *   delivery.done();                         // without this, close() gives it back
 * }
 * }</pre>
 *
 * <p><b>Counting.</b> Size and capacity count the items that are not taken. {@link #unfinished()}
 * counts those and the ones that are taken and not done; their bytes count in {@code maxBytes}. At
 * most 65536 items can be taken and not done at a time; then {@code take} waits.
 *
 * <p><b>Death.</b> What a process held when it died is delivered again at the latest when the next
 * consumer looks, which a waiting one does ten times a second; until then it counts as taken. One
 * that has waited looks before it takes; one that finds items without waiting looks if it has not
 * done so for 10 ms (longer, a quarter of a second at most, where the look itself takes
 * milliseconds), and may be given newer items first in that time after a death. A process that is
 * merely stopped keeps what it holds. An item that was done, or that {@code clear} removed, never
 * comes again.
 *
 * <p><b>An item that can not be decoded</b> is done when the {@link DecodeException} is thrown:
 * delivered again it would only fail again, and {@code join} would never return. {@code taskDone}
 * is not to be called for it. If something else keeps an item from its taker (the target of {@code
 * drainTo} refuses it, memory runs out), it is given back.
 *
 * <p><b>After a shutdown</b> {@code take}, timed {@code poll} and {@code receive} go on as long as
 * another process holds an unfinished item, for it may come back; then they throw {@link
 * QueueShutdownException}.
 *
 * <p>In everything else it is a {@link ProcessQueue}.
 *
 * <p><b>Memory consistency effects.</b> Beside those of a {@code ProcessQueue}: what a thread did
 * before {@code taskDone} or {@code done} happens-before what another thread, in whatever process,
 * does after {@code join} has returned.
 *
 * @param <E> what is in it
 */
public final class JoinableQueue<E> extends ProcessQueue<E> {
  private static final long serialVersionUID = 1L;

  JoinableQueue(QueueHandle<E> queue) {
    super(queue);
  }

  // ------------------------------------------------------------------ opening

  /**
   * Makes an anonymous queue of serialisable objects, limited by its bytes only.
   *
   * @param <E> what is in it
   * @return a handle
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> JoinableQueue<E> create() {
    return create(UNBOUNDED);
  }

  /**
   * Makes an anonymous queue of serialisable objects.
   *
   * @param <E> what is in it
   * @param capacity how many items that are not taken it holds at most
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> JoinableQueue<E> create(int capacity) {
    return create(Codec.objects(), capacity);
  }

  /**
   * Makes an anonymous queue, with the {@code maxBytes} of {@link ProcessQueue#create(Codec, int)}.
   *
   * @param <E> what is in it
   * @param codec how items become bytes
   * @param capacity how many items that are not taken it holds at most
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1, or the id of the codec is none
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> JoinableQueue<E> create(Codec<E> codec, int capacity) {
    return create(codec, capacity, QueueHandle.defaultBytes());
  }

  /**
   * Makes an anonymous queue.
   *
   * @param <E> what is in it
   * @param codec how items become bytes
   * @param capacity how many items that are not taken it holds at most
   * @param maxBytes how much memory it uses at most, 1 byte to 16 GiB; rounded up to 4096
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1, or maxBytes is out of range, or
   *     the id of the codec is none
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> JoinableQueue<E> create(Codec<E> codec, int capacity, long maxBytes) {
    return new JoinableQueue<>(QueueHandle.create(Kinds.JOINABLE_QUEUE, codec, capacity, maxBytes));
  }

  /**
   * Opens the queue of that name, or makes it, with the {@code maxBytes} of {@link
   * ProcessQueue#create(Codec, int)}.
   *
   * @param <E> what is in it
   * @param name the name
   * @param codec how items become bytes
   * @param capacity how many items that are not taken it holds at most
   * @return a handle
   * @throws IncompatibleObjectException if the name exists with another capacity or codec, or as
   *     another kind of object
   * @throws IllegalArgumentException if capacity is less than 1, or the name or the id of the codec
   *     is none
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static <E> JoinableQueue<E> open(String name, Codec<E> codec, int capacity) {
    return open(name, codec, capacity, QueueHandle.defaultBytes());
  }

  /**
   * Opens the queue of that name, or makes it.
   *
   * @param <E> what is in it
   * @param name the name
   * @param codec how items become bytes
   * @param capacity how many items that are not taken it holds at most
   * @param maxBytes how much memory it uses at most, if it is made now; see {@link #create(Codec,
   *     int, long)}
   * @return a handle
   * @throws IncompatibleObjectException if the name exists with another capacity or codec, or as
   *     another kind of object
   * @throws IllegalArgumentException if capacity is less than 1, or maxBytes is out of range, or
   *     the name or the id of the codec is none
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static <E> JoinableQueue<E> open(
      String name, Codec<E> codec, int capacity, long maxBytes) {
    return new JoinableQueue<>(
        QueueHandle.open(Kinds.JOINABLE_QUEUE, name, codec, capacity, maxBytes));
  }

  /**
   * Opens the queue of that name if there is one, whatever its capacity.
   *
   * @param <E> what is in it
   * @param name the name
   * @param codec how items become bytes
   * @return a handle, or nothing
   * @throws IncompatibleObjectException if the name exists with another codec, or as another kind
   * @throws IllegalArgumentException if the name or the id of the codec is none
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open(String, Codec, int)}
   */
  public static <E> Optional<JoinableQueue<E>> find(String name, Codec<E> codec) {
    return QueueHandle.find(Kinds.JOINABLE_QUEUE, name, codec).map(JoinableQueue::new);
  }

  // ------------------------------------------------------------------ finishing

  /**
   * Says that an item is done: the calling thread's oldest unfinished one from {@code take}, {@code
   * poll}, {@code remove} or {@code drainTo}; if this thread has none, the oldest of this process.
   * Items from {@link #receive()} are finished by their {@link Delivery}.
   *
   * @throws IllegalStateException if no thread of this process has one
   * @throws ClosedObjectException if this handle is closed
   */
  public void taskDone() {
    if (!queue().taskDone()) {
      throw new IllegalStateException(this + ": this process has no unfinished item");
    }
  }

  /**
   * Waits until every item that was put is done. Items that are put meanwhile, and items that come
   * back from a process that died, are waited for too. Goes on when the last one is done or {@code
   * clear} removes it; whoever is killed, it never waits for the dead.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms
   * @throws ClosedObjectException if this handle is closed, before or meanwhile
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public void join() throws InterruptedException {
    queue().join(Deadline.FOREVER);
  }

  /**
   * Waits until every item that was put is done, or the time is over.
   *
   * @param time how long to wait at most; 0 or less looks once, {@link Long#MAX_VALUE} is for ever
   * @param unit of time
   * @return true iff everything was done
   * @throws InterruptedException as by {@link #join()}
   * @throws ClosedObjectException as by {@link #join()}
   * @throws CorruptObjectException as by {@link #join()}
   */
  public boolean join(long time, TimeUnit unit) throws InterruptedException {
    return queue().join(Deadline.after(time, unit));
  }

  /**
   * How many items were put and are not done. May be out of date when it returns.
   *
   * @return the size, and the items that are taken and not done
   */
  public int unfinished() {
    return queue().unfinished();
  }

  // ------------------------------------------------------------------ receiving

  /**
   * Takes an item as {@code take} does, in a form that can be given back.
   *
   * @return the item, to be finished through this
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; noticed within
   *     100 ms, and nothing was taken
   * @throws QueueShutdownException after {@link #shutdown()}, when nothing can come any more
   * @throws ClosedObjectException if this handle is closed, before or meanwhile
   * @throws DecodeException if the codec could not read the item; it is gone
   * @throws CorruptObjectException if shared memory holds garbage
   */
  public Delivery<E> receive() throws InterruptedException {
    Delivery<E> delivery = queue().consumer().take(Received::new, Deadline.FOREVER);
    return Objects.requireNonNull(delivery);
  }

  /**
   * Takes an item as {@code poll} with a time does, in a form that can be given back.
   *
   * @param time how long to wait for one; 0 or less tries once, {@link Long#MAX_VALUE} is for ever
   * @param unit of time
   * @return the item, to be finished through this; nothing if the time was over before
   * @throws InterruptedException as by {@link #receive()}
   * @throws QueueShutdownException as by {@link #receive()}
   * @throws ClosedObjectException as by {@link #receive()}
   * @throws DecodeException as by {@link #receive()}
   * @throws CorruptObjectException as by {@link #receive()}
   */
  public Optional<Delivery<E>> receive(long time, TimeUnit unit) throws InterruptedException {
    return Optional.ofNullable(queue().consumer().take(Received::new, Deadline.after(time, unit)));
  }

  /**
   * An item that was received. Any thread of the process may finish it; one that is forgotten stays
   * unfinished until the process ends or closes its last handle of the queue.
   *
   * @param <E> what is in the queue
   */
  public interface Delivery<E> extends AutoCloseable {
    /**
     * The item.
     *
     * @return the same one each time
     */
    E item();

    /**
     * Whether somebody had the item before and did not finish it: part of the work may be done.
     *
     * @return true iff {@link #deliveries()} is more than 1
     */
    boolean isRedelivered();

    /**
     * How often the item was delivered, this time included.
     *
     * @return 1 or more; counting ends at 16383
     */
    int deliveries();

    /**
     * Says that the item is done. Doing so again has no effect.
     *
     * @throws IllegalStateException after {@link #close()}, if the item was not done before that
     */
    void done();

    /**
     * Gives the item back, unless it is done: it will be delivered again, ahead of newer ones. Has
     * no effect after that, or once the queue itself is closed.
     */
    @Override
    void close();
  }

  private static final class Received<E> implements Delivery<E> {
    private final E item;
    private final Hold hold;

    Received(E item, Consumer.Taken taken) {
      this.item = item;
      this.hold = taken.leaveToHold();
    }

    @Override
    public E item() {
      return item;
    }

    @Override
    public boolean isRedelivered() {
      return hold.deliveries() > 1;
    }

    @Override
    public int deliveries() {
      return hold.deliveries();
    }

    @Override
    public void done() {
      hold.done();
    }

    @Override
    public void close() {
      hold.giveBack();
    }

    @Override
    public String toString() {
      return "Delivery[" + item + ", " + deliveries() + "]";
    }
  }
}
