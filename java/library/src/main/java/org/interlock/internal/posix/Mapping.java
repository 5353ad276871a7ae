package org.interlock.internal.posix;

import java.lang.ref.Cleaner;
import java.lang.ref.Cleaner.Cleanable;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongToIntFunction;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs.PosixMemory;
import org.interlock.internal.Natives;
import org.jspecify.annotations.Nullable;

/**
 * Shared memory, mapped. It stays mapped as long as a buffer of it is reachable, so that no plain
 * read can meet an address that is gone; and while a thread holds a mutex in it (see {@link
 * Holds}).
 */
public final class Mapping {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int ALIGNMENT = Long.BYTES;

  private final Gate gate;
  private final long address;
  private final long size;
  private final long device;
  private final long inode;
  private final Cleanable unmapping;

  // What the memory lives with: reachable from here, and from every buffer. Guarded by this.
  private @Nullable Object anchor;
  private boolean handedOut;

  private Mapping(String label, ByteBuffer memory) {
    this.gate = new Gate(label);
    this.address = memory.getLong(PosixMemory.ADDRESS);
    this.size = memory.getLong(PosixMemory.BYTES);
    this.device = memory.getLong(PosixMemory.DEVICE);
    this.inode = memory.getLong(PosixMemory.INODE);
    Object whole = size > Integer.MAX_VALUE ? new Object() : ColdCalls.bufferAt(address, size);
    this.anchor = whole;
    this.unmapping = CLEANER.register(whole, unmap(address, size));
  }

  /** Must not refer to the mapping, which would keep it. */
  private static Runnable unmap(long address, long size) {
    return () -> {
      int ignored = ColdCalls.il_posix_shm_unmap(address, size);
    };
  }

  /** {@code shm_open} with {@code O_CREAT | O_EXCL}. */
  public static Mapping create(String name, String label, long size) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer memory = arena.allocate(PosixMemory.SIZE);
      int status =
          ColdCalls.il_posix_shm_create(arena.string(name), size, NativeArena.addressOf(memory));
      Posix.require(status, label, size);
      return new Mapping(label, memory);
    }
  }

  /** {@code shm_open}. */
  public static Mapping open(String name, String label) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer memory = arena.allocate(PosixMemory.SIZE);
      int status = ColdCalls.il_posix_shm_open(arena.string(name), NativeArena.addressOf(memory));
      Posix.require(status, label);
      return new Mapping(label, memory);
    }
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** For those who use the memory without a buffer. */
  public Gate gate() {
    return gate;
  }

  /** All of it. */
  public synchronized ByteBuffer buffer() {
    gate.check();
    if (!(anchor instanceof ByteBuffer whole)) {
      throw new UnsupportedOperationException(
          gate.label() + " has " + size + " bytes, more than a ByteBuffer can reach");
    }
    handedOut = true;
    return whole.duplicate().order(ByteOrder.nativeOrder());
  }

  /** Closes it; see {@link Gate#close}. */
  public void close() {
    gate.close(
        () -> {
          Holds.Place held = Holds.anyHeldIn(this);
          if (held != null) {
            throw isHeld(held);
          }
          release();
        });
  }

  private synchronized void release() {
    boolean isAbandoned = Holds.isAbandonedIn(this);
    if (!isAbandoned) {
      anchor = null;
    }
    if (!isAbandoned && !handedOut) {
      unmapping.clean();
    }
  }

  /**
   * For what would put an end to a mutex; its owner's list would run into nothing.
   *
   * @throws IllegalStateException if a thread of this JVM holds the mutex there
   */
  public void requireNotHeld(long offset) {
    Holds.Place place = place(offset);
    if (Holds.holderOf(place) != null) {
      throw isHeld(place);
    }
  }

  private IllegalStateException isHeld(Holds.Place place) {
    Thread holder = Holds.holderOf(place);
    return new IllegalStateException(
        gate.label()
            + ": the thread "
            + (holder == null ? "" : holder.getName() + " ")
            + "holds the mutex at "
            + place.offset()
            + "; it has to unlock it first");
  }

  private Holds.Place place(long offset) {
    return new Holds.Place(device, inode, offset);
  }

  /**
   * Where something stands in it.
   *
   * @throws IllegalArgumentException if it does not fit there
   */
  public void check(String what, long offset, long length) {
    gate.check();
    if (length > size) {
      throw new IllegalArgumentException(
          what + " has " + length + " bytes, and " + gate.label() + " only " + size);
    }
    if (offset < 0 || offset > size - length) {
      throw new IllegalArgumentException(
          what
              + " at "
              + offset
              + " is outside of "
              + gate.label()
              + ": its offset is 0 to "
              + (size - length) / ALIGNMENT * ALIGNMENT);
    }
    if (offset % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          what
              + " at "
              + offset
              + " of "
              + gate.label()
              + " is misaligned: its offset is a multiple of "
              + ALIGNMENT);
    }
  }

  /** Makes a call that does not wait with the address of a place. */
  public int pass(long offset, LongToIntFunction call) {
    try {
      return gate.pass(() -> call.applyAsInt(address + offset));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Makes a call that may wait with the address of a place. */
  public int stay(long offset, LongToIntFunction call) {
    try {
      return gate.stay(() -> call.applyAsInt(address + offset));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** The current thread holds the mutex there. */
  public void holds(long offset) {
    Holds.add(place(offset), this);
  }

  /** It does not any more. */
  public void holdsNoMore(long offset) {
    Holds.remove(place(offset));
  }

  @Override
  public String toString() {
    return gate.label();
  }
}
