package org.interlock;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.queue.Consumer;
import org.interlock.internal.queue.QueueHandle;
import org.interlock.internal.queue.QueueReference;
import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out queue between the threads of any number of processes. When {@code put}
 * returns, the item is in shared memory and is not lost, whoever dies; what a process has taken is
 * lost with it (a {@link JoinableQueue} delivers it again).
 *
 * <p>One program makes the orders, any number of others work them off:
 *
 * <pre>{@code
 * try (ProcessQueue<String> orders = ProcessQueue.open("orders", Codec.strings(), 1000)) {
 *   for (String order : todaysOrders) {
 *     orders.put(order);              // waits while 1000 are in it
 *   }
 *   orders.shutdown();                // nothing more will come
 * }
 *
 * try (ProcessQueue<String> orders = ProcessQueue.open("orders", Codec.strings(), 1000)) {
 *   while (true) {
 *     process(orders.take());         // waits while it is empty
 *   }
 * } catch (QueueShutdownException e) {
 *   // all orders are done
 * }
 * }</pre>
 *
 * <p><b>Room.</b> An item needs one of {@code capacity} places, and its bytes (as its {@link Codec}
 * writes them, and some 8 to 24 more) within {@code maxBytes}. A queue starts with 64 KiB and grows
 * as it must.
 *
 * <p><b>Waiting.</b> {@code put}, {@code offer} and {@link #offerAll} with a time wait for room;
 * they go on when an item is taken, or given up by {@code clear}. {@code take} and {@code poll}
 * with a time wait for an item. All of them end, with nothing put or taken, by
 *
 * <ul>
 *   <li>{@link InterruptedException}, within 100 ms of the interrupt;
 *   <li>the end of their time: {@code false} or null. A time of 0 or less tries once, {@code
 *       Long.MAX_VALUE} is for ever;
 *   <li>{@link ClosedObjectException}, when another thread closes this handle;
 *   <li>{@link QueueShutdownException}, after {@link #shutdown()}: {@code put} and its like at
 *       once, {@code take} and timed {@code poll} when nothing is left.
 * </ul>
 *
 * The other methods do not wait, not even behind threads that do. The threads of one process, and
 * processes among each other, get their turn in no particular order.
 *
 * <p><b>Death.</b> A process that is killed in the middle of a {@code put} has either put the item
 * or not; in the middle of a {@code take} the item is either still there or lost with the process.
 * Nobody else is held up, and nothing else is lost.
 *
 * <p><b>Failure.</b> Each of these leaves the queue as it was: null is a {@link
 * NullPointerException}; what the codec throws while it encodes reaches the caller; an item that
 * can never fit into {@code maxBytes} is an {@link IllegalArgumentException}; a full {@code
 * /dev/shm} is a {@link PosixException} ({@code ENOSPC}) that says how much was needed. An item
 * that can not be decoded is a {@link DecodeException} with its bytes: from {@code take}, {@code
 * poll}, {@code remove} and {@code drainTo} it is gone, from {@code peek} and the iterator it is
 * still there. {@link CorruptObjectException}: something else has written over the queue's memory.
 *
 * <p><b>A queue is no collection to search and mend</b>: {@code remove(Object)}, {@code removeIf},
 * {@code removeAll}, {@code retainAll} and the iterator's {@code remove} are {@link
 * UnsupportedOperationException}, always. {@code size()} and its like may be out of date when they
 * return; the iterator is weakly consistent. {@code contains} compares arrays by what they hold.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it put an item happens-before what
 * another thread, in whatever process, does after it has taken that item.
 *
 * @param <E> what is in it
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/mq_open.html">mq_open</a>,
 *     the queue that POSIX has: smaller, not on macOS, and not used here
 */
public sealed class ProcessQueue<E> extends AbstractQueue<E> implements BlockingQueue<E>, Shared
    permits JoinableQueue {
  private static final long serialVersionUID = 1L;

  /** The capacity of a queue that only its {@code maxBytes} limit. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  private final transient QueueHandle<E> queue;

  ProcessQueue(QueueHandle<E> queue) {
    this.queue = queue;
  }

  final QueueHandle<E> queue() {
    return queue;
  }

  // ------------------------------------------------------------------ opening

  /**
   * Makes an anonymous queue of serialisable objects, limited by its bytes only.
   *
   * @param <E> what is in it
   * @return a handle
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessQueue<E> create() {
    return create(UNBOUNDED);
  }

  /**
   * Makes an anonymous queue of serialisable objects.
   *
   * @param <E> what is in it
   * @param capacity how many items it holds at most
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessQueue<E> create(int capacity) {
    return create(Codec.objects(), capacity);
  }

  /**
   * Makes an anonymous queue. Its {@code maxBytes} is 1 GiB, but at most a quarter of the shared
   * memory there is, and of what memory this process may use.
   *
   * @param <E> what is in it
   * @param codec how items become bytes
   * @param capacity how many items it holds at most
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1, or the id of the codec is none
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessQueue<E> create(Codec<E> codec, int capacity) {
    return create(codec, capacity, QueueHandle.defaultBytes());
  }

  /**
   * Makes an anonymous queue.
   *
   * @param <E> what is in it
   * @param codec how items become bytes
   * @param capacity how many items it holds at most
   * @param maxBytes how much memory it uses at most, 1 byte to 16 GiB; rounded up to 4096
   * @return a handle
   * @throws IllegalArgumentException if capacity is less than 1, or maxBytes is out of range, or
   *     the id of the codec is none
   * @throws PosixException if the system gives no memory or descriptor for it
   */
  public static <E> ProcessQueue<E> create(Codec<E> codec, int capacity, long maxBytes) {
    return new ProcessQueue<>(QueueHandle.create(Kinds.QUEUE, codec, capacity, maxBytes));
  }

  /**
   * Opens the queue of that name, or makes it, with the {@code maxBytes} of {@link #create(Codec,
   * int)}.
   *
   * @param <E> what is in it
   * @param name the name
   * @param codec how items become bytes
   * @param capacity how many items it holds at most
   * @return a handle
   * @throws IncompatibleObjectException if the name exists with another capacity or codec, or as
   *     another kind of object
   * @throws IllegalArgumentException if capacity is less than 1, or the name or the id of the codec
   *     is none
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException if the system gives no memory or descriptor for it, the name belongs to
   *     another user, or 512 processes have it open
   */
  public static <E> ProcessQueue<E> open(String name, Codec<E> codec, int capacity) {
    return open(name, codec, capacity, QueueHandle.defaultBytes());
  }

  /**
   * Opens the queue of that name, or makes it.
   *
   * @param <E> what is in it
   * @param name the name
   * @param codec how items become bytes
   * @param capacity how many items it holds at most
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
  public static <E> ProcessQueue<E> open(String name, Codec<E> codec, int capacity, long maxBytes) {
    return new ProcessQueue<>(QueueHandle.open(Kinds.QUEUE, name, codec, capacity, maxBytes));
  }

  /**
   * Opens the queue of that name if there is one, whatever its capacity.
   *
   * @param <E> what is in it
   * @param name the name; a {@code CharSequence} because {@link JoinableQueue#find}, which takes a
   *     {@code String}, could not return a queue of its own kind if both took the same
   * @param codec how items become bytes
   * @return a handle, or nothing
   * @throws IncompatibleObjectException if the name exists with another codec, or as another kind
   * @throws IllegalArgumentException if the name or the id of the codec is none
   * @throws CorruptObjectException if the name means something else
   * @throws PosixException as by {@link #open(String, Codec, int)}
   */
  public static <E> Optional<ProcessQueue<E>> find(CharSequence name, Codec<E> codec) {
    return QueueHandle.find(Kinds.QUEUE, name.toString(), codec).map(ProcessQueue::new);
  }

  // ------------------------------------------------------------------ putting

  @Override
  public void put(E item) throws InterruptedException {
    Objects.requireNonNull(item, "item");
    queue.producer().put(item, Deadline.FOREVER);
  }

  @Override
  public boolean offer(E item) {
    Objects.requireNonNull(item, "item");
    return queue.producer().tryPut(item);
  }

  @Override
  public boolean offer(E item, long time, TimeUnit unit) throws InterruptedException {
    Objects.requireNonNull(item, "item");
    return queue.producer().put(item, Deadline.after(time, unit));
  }

  /**
   * Puts items in the order of the collection, as many as there is room for until the time is over.
   * Many go in at once, so it is several times faster than {@code put} for each; items of other
   * producers may come between.
   *
   * <p>Whatever else ends it early (an interrupt, whose status is kept; a shutdown; an item that
   * can not be encoded) has it return how many went in before. It is thrown only if none did; so
   * calling it again with the rest tells what was wrong.
   *
   * @param items what to put
   * @param time how long to wait for room; 0 or less: puts what fits now
   * @param unit of time
   * @return how many of the items, from the first, are in the queue
   * @throws ClosedObjectException if this handle is closed before anything went in
   * @throws QueueShutdownException if the queue is shut down before anything went in
   * @throws PosixException if shared memory is full and nothing went in
   * @throws InterruptedException if the thread was interrupted before anything went in
   * @throws IllegalArgumentException if the items are this queue itself
   * @throws NullPointerException if one of them is null; then none went in
   */
  public int offerAll(Collection<? extends E> items, long time, TimeUnit unit)
      throws InterruptedException {
    requireOther(items);
    Deadline deadline = Deadline.after(time, unit);
    Object[] snapshot = items.toArray();
    for (Object item : snapshot) {
      Objects.requireNonNull(item, "an item");
    }
    return queue.producer().putAll(snapshot, deadline);
  }

  @Override
  public boolean addAll(Collection<? extends E> items) {
    queue.handle().requireOpen(); // also if there are none
    return super.addAll(items);
  }

  // ------------------------------------------------------------------ taking

  @Override
  public E take() throws InterruptedException {
    E item = queue.consumer().take(ProcessQueue::keep, Deadline.FOREVER);
    return Objects.requireNonNull(item);
  }

  @Override
  public @Nullable E poll() {
    return queue.consumer().tryTake(ProcessQueue::keep);
  }

  @Override
  public @Nullable E poll(long time, TimeUnit unit) throws InterruptedException {
    return queue.consumer().take(ProcessQueue::keep, Deadline.after(time, unit));
  }

  private static <E> E keep(E item, Consumer.Taken taken) {
    taken.leaveToTaskDone();
    return item;
  }

  @Override
  public int drainTo(Collection<? super E> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  /**
   * Takes what is there, but no more items than were there when it was called. If the target
   * refuses an item, that item alone is lost (a {@link JoinableQueue} delivers it again). Of an
   * item that can not be decoded one hears when those that were taken along with it are in the
   * target.
   */
  @Override
  public int drainTo(Collection<? super E> target, int most) {
    Objects.requireNonNull(target, "target");
    requireOther(target);
    int limit = Math.min(most, size());
    if (Consumer.takesMany(target)) {
      return queue.consumer().drainTo(target, limit);
    }
    int count = 0;
    while (count < limit
        && queue.consumer().tryTake((item, taken) -> drained(item, target, taken)) != null) {
      count++;
    }
    return count;
  }

  private static <E> E drained(E item, Collection<? super E> target, Consumer.Taken taken) {
    target.add(item);
    return keep(item, taken);
  }

  private void requireOther(Collection<?> other) {
    if (other == this || (other instanceof ProcessQueue<?> that && equals(that))) {
      throw new IllegalArgumentException("a queue and itself");
    }
  }

  @Override
  public void clear() {
    queue.consumer().clear();
  }

  // ------------------------------------------------------------------ looking

  @Override
  public @Nullable E peek() {
    Iterator<E> items = queue.iterator();
    return items.hasNext() ? items.next() : null;
  }

  @Override
  public Iterator<E> iterator() {
    return queue.iterator();
  }

  @Override
  public Spliterator<E> spliterator() {
    return Spliterators.spliteratorUnknownSize(
        iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.CONCURRENT);
  }

  @Override
  public boolean contains(@Nullable Object sought) {
    queue.handle().requireOpen();
    return sought != null && queue.contains(sought);
  }

  @Override
  public boolean containsAll(Collection<?> sought) {
    queue.handle().requireOpen(); // also if nothing is sought
    return super.containsAll(sought);
  }

  @Override
  public int size() {
    return queue.size();
  }

  @Override
  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Whether nothing can be put now, not even the shortest item.
   *
   * @return true iff as many items are in it as its capacity, or their bytes reach its maxBytes;
   *     may be stale when it is returned
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isFull() {
    return queue.isFull();
  }

  /**
   * How many items it holds at most.
   *
   * @return the capacity it was made with, {@link #UNBOUNDED} if none
   * @throws ClosedObjectException if this handle is closed
   */
  public int capacity() {
    return queue.capacity();
  }

  @Override
  public int remainingCapacity() {
    return Math.max(0, capacity() - size());
  }

  // ------------------------------------------------------------------ shutting down

  /**
   * Says, for all processes, that nothing more will come. From now on {@code put}, {@code offer}
   * and {@code add} throw {@link QueueShutdownException}, also in threads that wait in them, whose
   * items are not in. {@code take} and timed {@code poll} give what is left and then throw it;
   * {@code poll()} and {@code peek()} then return null. It can not be taken back, and is done once
   * however often it is called. Never waits.
   *
   * @throws ClosedObjectException if this handle is closed
   */
  public void shutdown() {
    queue.shutdown();
  }

  /**
   * Whether {@link #shutdown()} was called, by whatever process.
   *
   * @return true iff it was
   * @throws ClosedObjectException if this handle is closed
   */
  public boolean isShutdown() {
    return queue.isShutdown();
  }

  // ------------------------------------------------------------------ what is not supported

  /** Not supported. */
  @Override
  public boolean remove(@Nullable Object item) {
    throw new UnsupportedOperationException();
  }

  /** Not supported. */
  @Override
  public boolean removeIf(Predicate<? super E> filter) {
    throw new UnsupportedOperationException();
  }

  /** Not supported. */
  @Override
  public boolean removeAll(Collection<?> items) {
    throw new UnsupportedOperationException();
  }

  /** Not supported. */
  @Override
  public boolean retainAll(Collection<?> items) {
    throw new UnsupportedOperationException();
  }

  // ------------------------------------------------------------------ the object

  @Override
  public String name() {
    return queue.handle().object().name();
  }

  @Override
  public boolean isAnonymous() {
    return queue.handle().object().isAnonymous();
  }

  @Override
  public void unlink() {
    queue.handle().object().unlink();
  }

  @Override
  public void close() {
    queue.handle().close();
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof ProcessQueue<?> that
        && queue.handle().object().isSame(that.queue.handle().object());
  }

  @Override
  public final int hashCode() {
    return queue.handle().object().identityHash();
  }

  @Override
  public String toString() {
    return queue.toString();
  }

  @Serial
  final Object writeReplace() {
    return new Form(queue);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a queue is read from its reference");
  }

  private static final class Form extends QueueReference {
    private static final long serialVersionUID = 1L;

    Form(QueueHandle<?> queue) {
      super(queue);
    }

    @Override
    protected Object made(QueueHandle<?> queue, boolean joinable) {
      return joinable ? new JoinableQueue<>(queue) : new ProcessQueue<>(queue);
    }
  }
}
