package org.interlock.internal;

import java.nio.ByteBuffer;

/**
 * What a native handle is the address of. Most objects are an {@code il_object}, a segment of ours;
 * a semaphore is POSIX's own, and only an anonymous one has a segment beside it.
 */
enum NativeType {
  OBJECT {
    @Override
    int open(long spec, long out, long info) {
      return ColdCalls.il_object_open(spec, out, info);
    }

    @Override
    long adopt(Lent lent, int kind, long name, long info) {
      return HotCalls.adopt(lent.descriptor(), lent.slot(), lent.generation(), kind, info);
    }

    @Override
    int lend(long address, long out) {
      return ColdCalls.il_object_lend(address, out, out + SLOT, out + GENERATION);
    }

    @Override
    void takeBack(long address, int slot, int generation) {
      ColdCalls.il_object_take_back(address, slot, generation);
    }

    @Override
    void wake(long address) {
      HotCalls.wake(address);
    }

    @Override
    int unlink(long address) {
      return ColdCalls.il_object_unlink(address);
    }

    @Override
    int retire(long address, int keepMapping) {
      return HotCalls.retire(address, keepMapping);
    }

    @Override
    void free(long address) {
      HotCalls.free(address);
    }
  },

  SEMAPHORE {
    @Override
    int open(long spec, long out, long info) {
      return ColdCalls.il_semaphore_open(spec, out, info);
    }

    @Override
    long adopt(Lent lent, int kind, long name, long info) {
      return HotCalls.semaphoreAdopt(
          name, lent.descriptor(), lent.sidecar(), lent.slot(), lent.generation(), info);
    }

    @Override
    int lend(long address, long out) {
      return ColdCalls.il_semaphore_lend(address, out, out + SIDECAR, out + SLOT, out + GENERATION);
    }

    @Override
    void takeBack(long address, int slot, int generation) {
      // Nobody is concerned who else has it.
    }

    @Override
    void wake(long address) {
      // Whoever waits in the kernel does so in slices: to wake him would need a permit.
    }

    @Override
    int unlink(long address) {
      return ColdCalls.il_semaphore_unlink(address);
    }

    /** Its one page stays mapped in any case. */
    @Override
    int retire(long address, int keepMapping) {
      return HotCalls.semaphoreRetire(address);
    }

    @Override
    void free(long address) {
      HotCalls.semaphoreFree(address);
    }
  };

  /** The memory may go: no thread is inside a call. */
  static final int KEEP_NOTHING = 0;

  /** {@code IL_KEEP_MAPPING}: threads may be inside. */
  static final int KEEP_MAPPING = 1;

  /** {@code IL_KEEP_USABLE}: and go on using it, until the JVM has ended. */
  static final int KEEP_USABLE = 2;

  // Where lend writes what.
  private static final int DESCRIPTOR = 0;
  private static final int SLOT = 4;
  private static final int GENERATION = 8;
  private static final int SIDECAR = 12;
  private static final int LENT_BYTES = 16;

  /**
   * What one process lends to another.
   *
   * @param sidecar the descriptor of a second file, or {@link #NONE}
   */
  record Lent(int descriptor, int slot, int generation, int sidecar) {
    static final int NONE = -1;

    /** Memory for {@link NativeType#lend}. */
    static ByteBuffer allocate(NativeArena arena) {
      return arena.allocate(LENT_BYTES).putInt(SIDECAR, NONE);
    }

    static Lent read(ByteBuffer lent) {
      return new Lent(
          lent.getInt(DESCRIPTOR),
          lent.getInt(SLOT),
          lent.getInt(GENERATION),
          lent.getInt(SIDECAR));
    }
  }

  static NativeType of(int kind) {
    return kind == Kinds.SEMAPHORE ? SEMAPHORE : OBJECT;
  }

  /**
   * Creates or attaches.
   *
   * @param spec address of an {@code il_spec}
   * @param out address of 8 bytes for the handle
   * @param info address of an {@code il_info}
   */
  abstract int open(long spec, long out, long info);

  /**
   * Attaches to what was lent.
   *
   * @param name address of a C string
   * @param info address of an {@code il_info}
   * @return handle or status, as in {@link HotCalls}
   */
  abstract long adopt(Lent lent, int kind, long name, long info);

  /** Lends; out is the address of what {@link Lent#allocate} gave. */
  abstract int lend(long address, long out);

  /** What was lent will not be adopted. */
  abstract void takeBack(long address, int slot, int generation);

  abstract void wake(long address);

  abstract int unlink(long address);

  abstract int retire(long address, int keepMapping);

  abstract void free(long address);
}
