package org.interlock.internal;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final class Frees {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final long address;
  private final ObjectInfo info;
  private final List<Waiters> waiters = new ArrayList<>();

  /** Held by whoever uses, or gives back, the descriptor behind the native handle. */
  private final ReentrantLock descriptor = new ReentrantLock();

  private boolean retired; // guarded by descriptor

  /** Guarded by the lock of {@link SharedObjects}. */
  int handles;

  /** No handle is left, but a thread still holds it: {@link #isInUse}. */
  volatile boolean lingering;

  protected SharedObject(long address, ObjectInfo info) {
    this.address = address;
    this.info = info;
  }

  /** The {@code il_object}. */
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

  /** For subclasses, in their constructor: waiting for one reason. */
  protected final Waiters newWaiters(int reason) {
    Waiters added = new Waiters(this, reason);
    waiters.add(added);
    return added;
  }

  /** Lets all who wait look again, whether their handle is still open. */
  void promptAll() {
    HotCalls.wake(address);
    waiters.forEach(Waiters::promptAll);
    Reference.reachabilityFence(this);
  }

  /**
   * Whether a thread of this JVM holds something in the object that closing does not release. As
   * long as it does, the object is kept although no handle is left.
   */
  protected boolean isInUse() {
    return false;
  }

  /**
   * Gives the native handle back. Others may be about to call: then the mapping must be kept. A
   * subclass with much memory may keep them out instead and let go of it at once.
   *
   * @return {@code il_status}
   */
  protected int retireNative() {
    return HotCalls.retire(address, true);
  }

  /** The last step of closing; once. Nobody can find this object any more. */
  final void retire() {
    boolean first = markRetired();
    try {
      if (first) {
        retireNative();
      }
    } finally {
      unmarkBusy();
      long freed = address;
      Frees.CLEANER.register(this, () -> HotCalls.free(freed));
    }
  }

  /** When the JVM ends: the slot and an anonymous name are given up, all else may be in use. */
  final void retireAtExit() {
    boolean first = markRetired();
    try {
      if (first) {
        HotCalls.retire(address, true);
      }
    } finally {
      unmarkBusy();
    }
  }

  private boolean markRetired() {
    descriptor.lock();
    boolean first = !retired;
    retired = true;
    return first;
  }

  private void unmarkBusy() {
    descriptor.unlock();
  }

  /**
   * Makes a descriptor for another process.
   *
   * @param out address of three times 4 bytes: descriptor, slot, generation
   */
  final void lend(long out) {
    descriptor.lock();
    try {
      if (retired) {
        throw Failures.closed(label());
      }
      int status = ColdCalls.il_object_lend(address, out, out + 4, out + 8);
      if (status != Status.OK) {
        throw failure(status);
      }
    } finally {
      descriptor.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Removes the name if it still means this object. */
  public final void unlink() {
    int status = ColdCalls.il_object_unlink(address);
    Reference.reachabilityFence(this);
    if (status != Status.OK && status != Status.NOT_FOUND) {
      throw failure(status);
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
