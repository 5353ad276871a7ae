package org.interlock.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.interlock.IncompatibleObjectException;
import org.interlock.internal.NativeStructs.Spec;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for: {@code il_spec}.
 *
 * @param kind of {@link Kinds}
 * @param name null for a new anonymous object
 * @param codec empty where there is none, or it does not matter
 */
public record ObjectSpec(
    int kind, Mode mode, @Nullable String name, long parameter0, long parameter1, String codec) {

  /** For other processes that are creating or sweeping the same name. */
  private static final long PATIENCE_SECONDS = 10;

  private static final long SMALL_BYTES = 8192;
  private static final long PERMITS_BYTES = 12288;
  private static final long BARRIER_BYTES = 16384;
  private static final long FIRST_QUEUE_BYTES = 65536;
  private static final long UNBOUNDED = Integer.MAX_VALUE;

  /** {@code il_mode}. */
  public enum Mode {
    OPEN(0),
    CREATE(1),
    FIND(2);

    private final int number;

    Mode(int number) {
      this.number = number;
    }
  }

  /** A new anonymous object. */
  public static ObjectSpec create(int kind, long parameter0, long parameter1, String codec) {
    return new ObjectSpec(kind, Mode.CREATE, null, parameter0, parameter1, codec);
  }

  /** The object of a name, made if there is none. */
  public static ObjectSpec open(
      int kind, String name, long parameter0, long parameter1, String codec) {
    return new ObjectSpec(kind, Mode.OPEN, Names.check(name), parameter0, parameter1, codec);
  }

  /** The object of a name, if there is one. */
  public static ObjectSpec find(int kind, String name, String codec) {
    return new ObjectSpec(kind, Mode.FIND, Names.check(name), 0, 0, codec);
  }

  /** Writes an {@code il_spec}; returns its address. */
  long write(NativeArena arena) {
    ByteBuffer spec = arena.allocate(Spec.SIZE);
    spec.putInt(Spec.KIND, kind);
    spec.putInt(Spec.MODE, mode.number);
    spec.putLong(Spec.NAME, name == null ? 0 : arena.string(name));
    spec.putLong(Spec.PARAMETER_0, parameter0);
    spec.putLong(Spec.PARAMETER_1, parameter1);
    spec.putLong(Spec.CODEC, arena.string(codec));
    spec.putLong(Spec.DEADLINE, HotCalls.deadlineAfter(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)));
    return NativeArena.addressOf(spec);
  }

  /** For messages: {@code ProcessLock[orders]}. */
  String label() {
    return Kinds.label(kind) + "[" + (name == null ? "anonymous" : name) + "]";
  }

  /** Bytes of shared memory that making it takes: what a message about a lack of it tells. */
  long firstBytes() {
    return switch (kind) {
      case Kinds.QUEUE, Kinds.JOINABLE_QUEUE -> FIRST_QUEUE_BYTES;
      case Kinds.PERMITS -> PERMITS_BYTES;
      case Kinds.BARRIER -> BARRIER_BYTES;
      default -> SMALL_BYTES;
    };
  }

  /** Says what was asked for and what is there. */
  IncompatibleObjectException incompatible(ObjectInfo found) {
    ObjectInfo here = ObjectInfo.ofThisProcess();
    String why =
        found.layout() != here.layout() || isSameThing(found)
            ? "it was made with "
                + found.maker()
                + " by process "
                + found.creatorPid()
                + ", and this process has "
                + here.maker()
            : "asked for was a "
                + describe(kind, asksForSize() ? parameter0 : 0, codec)
                + ", there is a "
                + describe(found.kind(), found.parameter0(), found.codec());
    return new IncompatibleObjectException("\"" + found.name() + "\" can not be shared: " + why);
  }

  private boolean isSameThing(ObjectInfo found) {
    return kind == found.kind()
        && (codec.isEmpty() || codec.equals(found.codec()))
        && (!asksForSize() || parameter0 == found.parameter0());
  }

  /** Whether there is a capacity, a number of permits or parties that must be the same. */
  private boolean asksForSize() {
    return mode != Mode.FIND
        && switch (kind) {
          case Kinds.QUEUE, Kinds.JOINABLE_QUEUE, Kinds.PERMITS, Kinds.BARRIER -> true;
          default -> false;
        };
  }

  private static String describe(int kind, long size, String codec) {
    return Kinds.label(kind)
        + switch (kind) {
          case Kinds.QUEUE, Kinds.JOINABLE_QUEUE ->
              " (" + capacity(size) + "codec " + (codec.isEmpty() ? "any" : codec) + ")";
          case Kinds.PERMITS -> size == 0 ? "" : " (permits " + size + ")";
          case Kinds.BARRIER -> size == 0 ? "" : " (parties " + size + ")";
          default -> "";
        };
  }

  private static String capacity(long size) {
    return size == 0 ? "" : size >= UNBOUNDED ? "unbounded, " : "capacity " + size + ", ";
  }
}
