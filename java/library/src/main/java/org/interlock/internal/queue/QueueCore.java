package org.interlock.internal.queue;

import java.lang.ref.Reference;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Kinds;
import org.interlock.internal.ObjectInfo;
import org.interlock.internal.OperationLock;
import org.interlock.internal.SharedObject;
import org.interlock.internal.SharedObjects;
import org.interlock.internal.Status;
import org.interlock.internal.Waiters;

/**
 * A queue, of either kind, as this JVM has it open: the native operations, none of which waits.
 *
 * <p>Each side has a lock of this JVM, held for one native call and nothing else. It keeps threads
 * out when the queue is closed, whose memory (up to gigabytes) is given back at once; and it lets
 * threads of one JVM queue up without going to the kernel for it.
 */
public final class QueueCore extends SharedObject implements ItemRoom {
  /** Makes it. */
  public static final SharedObjects.Factory<QueueCore> FACTORY =
      new SharedObjects.Factory<>(QueueCore.class, QueueCore::new);

  /** For the one native call, however many items it is about: {@code IL_MAX_BATCH}. */
  static final int LARGEST_BATCH = 1024;

  private final OperationLock putLock = new OperationLock();
  private final OperationLock takeLock = new OperationLock();
  private final Waiters notEmpty = newWaiters(Waiters.NOT_EMPTY);
  private final Waiters notFull = newWaiters(Waiters.NOT_FULL);
  private final Waiters allDone = newWaiters(Waiters.ALL_DONE);
  private final Unfinished unfinished = new Unfinished();
  private volatile long largestItem; // 0: not asked yet

  private QueueCore(long address, ObjectInfo info) {
    super(address, info);
  }

  Waiters notEmpty() {
    return notEmpty;
  }

  Waiters notFull() {
    return notFull;
  }

  Waiters allDone() {
    return allDone;
  }

  Unfinished unfinished() {
    return unfinished;
  }

  boolean isJoinable() {
    return info().kind() == Kinds.JOINABLE_QUEUE;
  }

  /** Items that it holds at most. */
  public int capacity() {
    return (int) info().parameter0();
  }

  @Override
  public long maxBytes() {
    return info().parameter1();
  }

  // ------------------------------------------------------------------ producers

  /** Puts the first {@code length} bytes of scratch. */
  int tryPut(Scratch scratch, int length) {
    putLock.lock();
    try {
      return HotCalls.queueTryPut(address(), scratch.dataAddress(), length);
    } finally {
      putLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Puts packed items, from an offset in scratch; returns count and status. */
  long tryPutAll(Scratch scratch, int offset, int length, int count) {
    putLock.lock();
    try {
      return HotCalls.queueTryPutAll(address(), scratch.dataAddress() + offset, length, count);
    } finally {
      putLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** No put succeeds after this. */
  void shutdown() {
    int status;
    do {
      putLock.lock();
      try {
        status = HotCalls.queueShutdown(address());
      } finally {
        putLock.unlock();
        Reference.reachabilityFence(this);
      }
    } while (isBarred(status));
    require(status);
  }

  // ------------------------------------------------------------------ consumers

  /** Takes an item into scratch, which grows as it must. */
  int tryTake(Scratch scratch) {
    while (true) {
      int status;
      takeLock.lock();
      try {
        status =
            HotCalls.queueTryTake(
                address(), scratch.dataAddress(), scratch.capacity(), scratch.itemAddress());
      } finally {
        takeLock.unlock();
        Reference.reachabilityFence(this);
      }
      if (status != Status.TOO_SMALL) {
        return status;
      }
      scratch.grow(scratch.itemLength());
    }
  }

  /** Takes many items into scratch, packed, which grows as it must; returns count and status. */
  long tryTakeAll(Scratch scratch, int count) {
    while (true) {
      long result;
      takeLock.lock();
      try {
        result =
            HotCalls.queueTryTakeAll(
                address(),
                scratch.dataAddress(),
                scratch.capacity(),
                count,
                scratch.neededAddress());
      } finally {
        takeLock.unlock();
        Reference.reachabilityFence(this);
      }
      if (Status.statusOf(result) != Status.TOO_SMALL) {
        return result;
      }
      scratch.grow(scratch.needed());
    }
  }

  /** Copies the item at scratch's cursor, and moves that on. */
  int tryLook(Scratch scratch) {
    while (true) {
      int status;
      takeLock.lock();
      try {
        status =
            HotCalls.queueLook(
                address(),
                scratch.cursorAddress(),
                scratch.dataAddress(),
                scratch.capacity(),
                scratch.itemAddress());
      } finally {
        takeLock.unlock();
        Reference.reachabilityFence(this);
      }
      if (status != Status.TOO_SMALL) {
        return status;
      }
      scratch.growKeepingCursor(scratch.itemLength());
    }
  }

  // ------------------------------------------------------------------ end of an item

  /** The item is gone for good. */
  void done(long token) {
    endOfItem(() -> HotCalls.queueDone(address(), token));
  }

  /** The item will be delivered again. */
  void giveBack(long token) {
    endOfItem(() -> HotCalls.queueGiveBack(address(), token));
  }

  private void endOfItem(Waiters.Attempt attempt) {
    int status;
    do {
      status = onTakingSide(attempt);
    } while (isBarred(status));
    require(status);
  }

  int tryJoin() {
    return onTakingSide(() -> HotCalls.queueTryJoin(address()));
  }

  // ------------------------------------------------------------------ looking

  /** Items not yet taken. */
  public int size() {
    try {
      long size = HotCalls.queueSize(address());
      if (size < 0) {
        throw failure((int) -size);
      }
      return (int) Math.min(size, Integer.MAX_VALUE);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Everything that can be said of the queue as a whole. */
  QueueState inspect() {
    Scratch scratch = ScratchPool.acquire();
    try {
      int status;
      do {
        status = onTakingSide(() -> HotCalls.queueInspect(address(), scratch.stateAddress()));
      } while (isBarred(status));
      require(status);
      return scratch.state();
    } finally {
      ScratchPool.release(scratch);
    }
  }

  @Override
  public long largestItem() {
    if (largestItem == 0) {
      largestItem = inspect().largestItem();
    }
    return largestItem;
  }

  // ------------------------------------------------------------------ common

  private int onTakingSide(Waiters.Attempt attempt) {
    takeLock.lock();
    try {
      return attempt.run();
    } finally {
      takeLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Whether a process was stopped just when it held the mutex, for an operation that has nothing
   * else to wait for. The native call has waited for some time already.
   */
  private static boolean isBarred(int status) {
    return status == Status.WOULD_BLOCK;
  }

  @Override
  protected int retireNative() {
    putLock.lock();
    takeLock.lock();
    try {
      return retireNative(false);
    } finally {
      takeLock.unlock();
      putLock.unlock();
    }
  }
}
