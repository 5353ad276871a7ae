package org.interlock.internal;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An object as this JVM has it open, once, however many handles there are: the native handle and
 * what its threads need to wait for each other.
 *
 * <p>The native handle stays valid, and small objects stay mapped, until this is unreachable. So a
 * call that races with close meets memory that is still there, and the fast paths need not count
 * who is inside. Who calls with {@link #address()} keeps this reachable until the call is over.
 */
public abstract class SharedObject {
  /** Retired objects whose mapping, and with it perhaps the memory, waits for the collector. */
  private static final AtomicInteger UNFREED = new AtomicInteger();

  private static final class Frees {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final long address;
  private final ObjectInfo info;
  private final NativeType type;
  private final List<Waiters> waiters = new ArrayList<>();

  /** Held by whoever uses, or gives back, the descriptor behind the native handle. */
  private final ReentrantLock descriptor = new ReentrantLock();

  // Guarded by descriptor.
  private boolean retired;

  /** Guarded by the lock of {@link SharedObjects}. */
  int handles;

  /** No handle is left, but a thread still holds it: {@link #isInUse}. */
  volatile boolean lingering;

  protected SharedObject(long address, ObjectInfo info) {
    this.address = address;
    this.info = info;
    this.type = NativeType.of(info.kind());
  }

  /** The native handle, see {@link NativeType}. */
  public final long address() {
    return address;
  }

  /** What it said when it was opened. */
  public final ObjectInfo info() {
    return info;
  }

  /** The name without prefix. */
  public final String name() {
    return info.name();
  }

  /** Whether it has no name of the user's. */
  public final boolean isAnonymous() {
    return info.isAnonymous();
  }

  /** For messages: {@code ProcessLock[orders]}. */
  public final String label() {
    return info.label();
  }

  /** What to throw for the status of a call on this object. */
  public final RuntimeException failure(int status) {
    return Failures.of(status, label());
  }

  /** Throws unless a call on this object succeeded. */
  protected final void require(int status) {
    if (status != Status.OK) {
      throw failure(status);
    }
  }

  /** What a call gave that returns a value, or a status below zero. */
  protected final long valueOf(long valueOrStatus) {
    if (valueOrStatus < 0) {
      throw failure((int) -valueOrStatus);
    }
    return valueOrStatus;
  }

  /** For subclasses, in their constructor: waiting for one reason. */
  protected final Waiters newWaiters(int reason) {
    Waiters added = new Waiters(this, reason);
    waiters.add(added);
    return added;
  }

  /** Lets all who wait look again, whether their handle is still open. */
  void promptAll() {
    try {
      type.wake(address);
    } finally {
      Reference.reachabilityFence(this);
    }
    // No method reference: it would load the class even if there are none, and of a process that
    // has
    // run out of descriptors this is how it gets some back.
    for (Waiters each : waiters) {
      each.promptAll();
    }
  }

  /**
   * Whether a thread of this JVM holds something in the object that closing does not release. As
   * long as it does, the object is kept although no handle is left.
   */
  protected boolean isInUse() {
    return false;
  }

  /**
   * Gives the native handle back. Threads may be about to call: then the mapping must be kept. A
   * subclass that keeps them out, or whose calls do no harm, lets go of the memory at once.
   *
   * @return {@code il_status}
   */
  protected int retireNative() {
    return retireNative(true);
  }

  /** As {@code il_object_retire}. */
  protected final int retireNative(boolean keepMapping) {
    return type.retire(address, keepMapping ? NativeType.KEEP_MAPPING : NativeType.KEEP_NOTHING);
  }

  /** How many closed objects still have memory, or a range of addresses. */
  static int unfreedCount() {
    return UNFREED.get();
  }

  /** The last step of closing. Nobody can find this object any more. */
  final void retire() {
    boolean first = markRetired();
    try {
      if (first) {
        retireNative();
      }
    } finally {
      descriptor.unlock();
      NativeType freer = type;
      long freed = address;
      UNFREED.incrementAndGet();
      Frees.CLEANER.register(this, () -> free(freer, freed));
    }
  }

  private static void free(NativeType type, long address) {
    type.free(address);
    UNFREED.decrementAndGet();
  }

  /** When the JVM ends. */
  final void retireAtExit() {
    boolean first = markRetired();
    try {
      if (first) {
        departNative();
      }
    } finally {
      descriptor.unlock();
    }
  }

  /** Whether something is to be done with it when the JVM ends. */
  protected boolean concernsExit() {
    return isAnonymous();
  }

  /**
   * What is done then: the slot and an anonymous name are given up, as by closing. Threads may go
   * on using the object until the JVM is gone.
   */
  protected void departNative() {
    type.retire(address, NativeType.KEEP_USABLE);
  }

  private boolean markRetired() {
    descriptor.lock();
    boolean first = !retired;
    retired = true;
    return first;
  }

  /** Makes descriptors for another process. */
  final NativeType.Lent lend() {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer lent = NativeType.Lent.allocate(arena);
      long status = withDescriptor(() -> type.lend(address, NativeArena.addressOf(lent)));
      if (status != Status.OK) {
        throw failure((int) status);
      }
      return NativeType.Lent.read(lent);
    }
  }

  /** What was lent will not reach the other process. */
  final void takeBack(int slot, int generation) {
    try {
      type.takeBack(address, slot, generation);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes a native call that uses the descriptor.
   *
   * @throws org.interlock.ClosedObjectException if it was given back
   */
  final long withDescriptor(LongSupplier call) {
    descriptor.lock();
    try {
      if (retired) {
        throw Failures.closed(label());
      }
      return call.getAsLong();
    } finally {
      descriptor.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Removes the name if it still means this object. */
  public final void unlink() {
    try {
      int status = type.unlink(address);
      if (status != Status.OK && status != Status.NOT_FOUND) {
        throw failure(status);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Compares the objects, not the handles. */
  public final boolean isSame(@Nullable SharedObject other) {
    return other != null && info.identity().equals(other.info.identity());
  }

  /** For {@code hashCode} of handles. */
  public final int identityHash() {
    return info.identity().hashCode();
  }
}
