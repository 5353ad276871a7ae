package org.interlock.internal.queue;

import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.interlock.Codec;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Deadline;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObjects;
import org.interlock.internal.Status;

/** One handle of a queue with its codec: all that stands behind a {@code ProcessQueue}. */
public final class QueueHandle<E> {
  private static final int LONGEST_CODEC = 63;
  private static final long MOST_BYTES = 16L << 30;

  private final SharedHandle<QueueCore> handle;
  private final Codec<E> codec;
  private final Producer<E> producer;
  private final Consumer<E> consumer;

  /** Of a handle that is open already. */
  public QueueHandle(SharedHandle<QueueCore> handle, Codec<E> codec) {
    this.handle = handle;
    this.codec = codec;
    this.producer = new Producer<>(handle, codec);
    this.consumer = new Consumer<>(handle, codec);
  }

  // ------------------------------------------------------------------ opening

  /** A new anonymous queue. */
  public static <E> QueueHandle<E> create(int kind, Codec<E> codec, int capacity, long maxBytes) {
    String id = checkCodec(codec);
    checkBounds(capacity, maxBytes);
    return open(ObjectSpec.create(kind, capacity, maxBytes, id), codec);
  }

  /** The queue of a name, made if there is none. */
  public static <E> QueueHandle<E> open(
      int kind, String name, Codec<E> codec, int capacity, long maxBytes) {
    Objects.requireNonNull(name, "name");
    String id = checkCodec(codec);
    checkBounds(capacity, maxBytes);
    return open(ObjectSpec.open(kind, name, capacity, maxBytes, id), codec);
  }

  /** The queue of a name, if there is one; its capacity is what it was made with. */
  public static <E> Optional<QueueHandle<E>> find(int kind, String name, Codec<E> codec) {
    Objects.requireNonNull(name, "name");
    String id = checkCodec(codec);
    return SharedObjects.find(ObjectSpec.find(kind, name, id), QueueCore.FACTORY)
        .map(handle -> new QueueHandle<>(handle, codec));
  }

  private static <E> QueueHandle<E> open(ObjectSpec spec, Codec<E> codec) {
    return new QueueHandle<>(SharedObjects.open(spec, QueueCore.FACTORY), codec);
  }

  /** What a queue may use if nobody says otherwise. */
  public static long defaultBytes() {
    return ColdCalls.il_queue_default_bytes();
  }

  /** The id of a codec that can be recorded. */
  static String checkCodec(Codec<?> codec) {
    String id = codec.id();
    if (id.isEmpty()
        || id.length() > LONGEST_CODEC
        || !id.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
      throw new IllegalArgumentException(
          "the id of a codec has 1 to "
              + LONGEST_CODEC
              + " printable ASCII characters without blanks, not: \""
              + id
              + '"');
    }
    return id;
  }

  private static void checkBounds(int capacity, long maxBytes) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a capacity is 1 or more, not " + capacity);
    }
    if (maxBytes < 1 || maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes is 1 to " + MOST_BYTES + " (16 GiB), not " + maxBytes);
    }
  }

  // ------------------------------------------------------------------ what it consists of

  /** What is known of the handle itself. */
  public SharedHandle<QueueCore> handle() {
    return handle;
  }

  /** How items become bytes. */
  public Codec<E> codec() {
    return codec;
  }

  /** The putting side. */
  public Producer<E> producer() {
    return producer;
  }

  /** The taking side. */
  public Consumer<E> consumer() {
    return consumer;
  }

  /** Looks at what is there. */
  public Iterator<E> iterator() {
    return new ItemIterator<>(handle, codec);
  }

  // ------------------------------------------------------------------ the queue as a whole

  /** Whether an item that is there is equal to it. */
  public boolean contains(Object sought) {
    return new ItemIterator<>(handle, codec).skipTo(sought);
  }

  /** Items not yet taken. */
  public int size() {
    return handle.open().size();
  }

  /** Items that it holds at most. */
  public int capacity() {
    return handle.open().capacity();
  }

  /** Whether no item of any length fits now. */
  public boolean isFull() {
    return handle.open().inspect().full();
  }

  /** No put succeeds any more. */
  public void shutdown() {
    handle.open().shutdown();
  }

  /** Whether that was called. */
  public boolean isShutdown() {
    return handle.open().inspect().shutDown();
  }

  /** Such as {@code ProcessQueue[orders, 3 of 1000]}. */
  @Override
  public String toString() {
    QueueCore core = handle.object();
    return Kinds.label(core.info().kind()) + "[" + core.name() + ", " + state(core) + "]";
  }

  private String state(QueueCore core) {
    if (handle.isClosed()) {
      return "closed";
    }
    try {
      int capacity = core.capacity();
      return core.size() + (capacity == Integer.MAX_VALUE ? " items" : " of " + capacity);
    } catch (RuntimeException e) {
      return e.toString(); // closed just now, or corrupt
    }
  }

  // ------------------------------------------------------------------ joinable queues

  /** Finishes an item; false if this process has none that is unfinished. */
  public boolean taskDone() {
    QueueCore core = handle.open();
    OptionalLong token = core.unfinished().removeOldest();
    token.ifPresent(core::done);
    return token.isPresent();
  }

  /** Items that were put and are not done. */
  public int unfinished() {
    return handle.open().inspect().unfinished();
  }

  /** Waits until there are none; false if there were some until the deadline. */
  public boolean join(Deadline deadline) throws InterruptedException {
    QueueCore core = handle.open();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    int status = core.tryJoin();
    if (Status.isBlocked(status)) {
      status = core.allDone().await(core::tryJoin, status, handle, deadline);
    }
    if (status != Status.OK && status != Status.TIMED_OUT) {
      throw core.failure(status);
    }
    return status == Status.OK;
  }
}
