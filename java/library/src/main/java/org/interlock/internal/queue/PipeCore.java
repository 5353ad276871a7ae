package org.interlock.internal.queue;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.interlock.Codec;
import org.interlock.internal.Failures;
import org.interlock.internal.Handoff;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Kinds;
import org.interlock.internal.NativeArena;
import org.interlock.internal.ObjectInfo;
import org.interlock.internal.ObjectSpec;
import org.interlock.internal.OperationLock;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedObject;
import org.interlock.internal.SharedObjects;
import org.interlock.internal.Status;
import org.interlock.internal.Waiters;

/**
 * A pipe as this JVM has it open: the native operations on both ends, none of which waits. That an
 * end is this process's is looked at by the native side, in each of them.
 */
public final class PipeCore extends SharedObject implements ItemRoom {
  /** Makes it. */
  public static final SharedObjects.Factory<PipeCore> FACTORY =
      new SharedObjects.Factory<>(PipeCore.class, PipeCore::new);

  /** {@code il_pipe_end}. */
  public static final int LEFT = 0;

  /** {@code il_pipe_end}. */
  public static final int RIGHT = 1;

  /** Enough that the two sides need not take turns; so little that a receiver is soon missed. */
  private static final long WAITING_BYTES = 1 << 20;

  private final List<Side> sides = List.of(new Side(LEFT), new Side(RIGHT));

  /** Held while an end changes hands, or is closed. */
  private final ReentrantLock ownership = new ReentrantLock();

  private final long largestItem;

  /**
   * What the threads of this JVM need for one end. The locks are held for one native call and
   * nothing else: they keep threads out when the memory is given back.
   */
  private final class Side {
    private final OperationLock sending = new OperationLock();
    private final OperationLock receiving = new OperationLock();
    private final Waiters room;
    private final Waiters items;
    private boolean closedOnItsWay; // guarded by ownership

    Side(int end) {
      this.room = newWaiters(HotCalls.pipeReason(end, true));
      this.items = newWaiters(HotCalls.pipeReason(end, false));
    }
  }

  private PipeCore(long address, ObjectInfo info) {
    super(address, info);
    largestItem = HotCalls.pipeLargestItem(address);
  }

  /** A new one, both of whose ends are this process's. */
  public static SharedHandle<PipeCore> create(Codec<?> codec) {
    String id = QueueHandle.checkCodec(codec);
    return SharedObjects.open(
        ObjectSpec.create(Kinds.PIPE, WAITING_BYTES, QueueHandle.defaultBytes(), id), FACTORY);
  }

  @Override
  public long largestItem() {
    return largestItem;
  }

  @Override
  public long maxBytes() {
    return info().parameter1();
  }

  /** For messages. */
  String label(int end) {
    return label() + (end == LEFT ? ".left" : ".right");
  }

  Waiters room(int end) {
    return sides.get(end).room;
  }

  Waiters items(int end) {
    return sides.get(end).items;
  }

  // ------------------------------------------------------------------ sending and receiving

  /** Sends the first {@code length} bytes of scratch. */
  int trySend(int end, Scratch scratch, int length) {
    Side side = sides.get(end);
    side.sending.lock();
    try {
      return HotCalls.pipeTrySend(address(), end, scratch.dataAddress(), length);
    } finally {
      side.sending.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Receives an item into scratch, which grows as it must. */
  int tryReceive(int end, Scratch scratch) {
    Side side = sides.get(end);
    while (true) {
      int status;
      side.receiving.lock();
      try {
        status =
            HotCalls.pipeTryReceive(
                address(), end, scratch.dataAddress(), scratch.capacity(), scratch.itemAddress());
      } finally {
        side.receiving.unlock();
        Reference.reachabilityFence(this);
      }
      if (status != Status.TOO_SMALL) {
        return status;
      }
      scratch.grow(scratch.itemLength());
    }
  }

  /** Minus an {@code il_status}, or whether receiving would not wait. */
  long poll(int end) {
    Side side = sides.get(end);
    side.receiving.lock();
    try {
      return HotCalls.pipePoll(address(), end);
    } finally {
      side.receiving.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Items that wait to be received at an end. */
  public int size(int end) {
    try {
      return (int) valueOf(HotCalls.pipeSize(address(), end));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** For {@code toString}: who has an end. */
  public String whose(int end) {
    try {
      int pid = HotCalls.pipeOwnerPid(address(), end);
      return pid == 0 ? "nobody's" : "of process " + pid;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  // ------------------------------------------------------------------ whose an end is

  /** Who it is that hands an end on. */
  record Owner(int slot, int generation) {}

  /** This process, if the end is its. */
  Owner owner(int end) {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer owner = arena.allocate(2 * Integer.BYTES);
      requireEnd(end, HotCalls.pipeOwner(address(), end, NativeArena.addressOf(owner)));
      return new Owner(owner.getInt(0), owner.getInt(Integer.BYTES));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private boolean owns(int end) {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer owner = arena.allocate(2 * Integer.BYTES);
      return HotCalls.pipeOwner(address(), end, NativeArena.addressOf(owner)) == Status.OK;
    }
  }

  /** From now on it is that of whoever receives what the hand-off of this thread has lent. */
  void lend(int end, int slot, int generation) {
    requireEnd(
        end, changeHands(end, () -> HotCalls.pipeLend(address(), end, slot, generation), false));
    Handoff.onOutcome(
        new Handoff.Passage() {
          @Override
          public void handedOver() {
            int ignored = changeHands(end, () -> HotCalls.pipeHandedOver(address(), end), false);
          }

          @Override
          public void takenBack() {
            int ignored = changeHands(end, () -> HotCalls.pipeTakeBack(address(), end), true);
          }
        });
  }

  /** From now on it is this process's, if it was that one's; {@code il_status}. */
  int claim(int end, int slot, int generation) {
    return changeHands(end, () -> HotCalls.pipeClaim(address(), end, slot, generation), false);
  }

  /** A process may have been stopped where it sends or receives; the native call has waited. */
  private int changeHands(int end, Waiters.Attempt change, boolean mayHaveBeenClosed) {
    ownership.lock();
    try {
      int status;
      do {
        status = change.run();
      } while (status == Status.WOULD_BLOCK);
      if (status == Status.OK) {
        if (mayHaveBeenClosed && sides.get(end).closedOnItsWay) {
          closeNative(end);
        }
        sides.get(end).closedOnItsWay = false;
      }
      return status;
    } finally {
      ownership.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** If it is this process's; if it comes back from a failed start, then. */
  void close(int end) {
    ownership.lock();
    try {
      sides.get(end).closedOnItsWay = closeNative(end) == Status.HANDED_ON;
    } finally {
      ownership.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private int closeNative(int end) {
    int status;
    do {
      status = HotCalls.pipeClose(address(), end);
    } while (status == Status.WOULD_BLOCK);
    return status;
  }

  private void requireEnd(int end, int status) {
    if (status != Status.OK) {
      throw failure(end, status, 0);
    }
  }

  /**
   * What to throw for the status of a call on an end.
   *
   * @param bytes of memory that it asked for; 0 if none
   */
  RuntimeException failure(int end, int status, long bytes) {
    return Failures.of(status, label(end), bytes);
  }

  // ------------------------------------------------------------------ closing

  @Override
  protected int retireNative() {
    List<OperationLock> locks =
        sides.stream().flatMap(side -> Stream.of(side.sending, side.receiving)).toList();
    locks.forEach(OperationLock::lock);
    try {
      return retireNative(false);
    } finally {
      locks.forEach(OperationLock::unlock);
    }
  }

  /**
   * An end that is still this process's is closed by its death, not before: until then its threads
   * may send.
   */
  @Override
  protected void departNative() {
    if (owns(LEFT) || owns(RIGHT)) {
      int ignored = HotCalls.depart(address(), true);
    } else {
      super.departNative();
    }
  }
}
