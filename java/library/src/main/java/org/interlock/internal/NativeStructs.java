package org.interlock.internal;

import java.util.List;

/**
 * The structs of {@code native/include/interlock.h} that Java reads or writes, byte by byte. A test
 * compares every number with what the C compiler says.
 */
public final class NativeStructs {
  private NativeStructs() {}

  /** The words of an object that Java reads itself, from the start of its mapping. */
  static final class Words {
    /** What stands at {@link #MAGIC} as long as the object is mapped and whole. */
    static final long MAGIC_VALUE = 0x314b434f4c524e49L;

    static final int MAGIC = 0;

    /** Of an event; its lowest bit: it is set. */
    static final int EVENT = 1280;

    private Words() {}
  }

  /** {@code il_spec}. */
  public static final class Spec {
    /** Bytes of the struct. */
    public static final int SIZE = 48;

    static final int KIND = 0;
    static final int MODE = 4;
    static final int NAME = 8;
    static final int PARAMETER_0 = 16;
    static final int PARAMETER_1 = 24;
    static final int CODEC = 32;
    static final int DEADLINE = 40;

    private Spec() {}
  }

  /** {@code il_info}. */
  public static final class Info {
    /** Bytes of the struct. */
    public static final int SIZE = 376;

    static final int KIND = 0;
    static final int LAYOUT = 4;
    static final int PARAMETER_0 = 8;
    static final int PARAMETER_1 = 16;
    public static final int BYTES = 24;
    static final int MUTEX_SIZE = 32;
    static final int CREATOR_PID = 36;
    public static final int CREATED_AT = 40;
    static final int PID_NAMESPACE = 48;
    static final int DEVICE = 56;
    static final int INODE = 64;
    static final int PLATFORM = 72;
    static final int CODEC = 104;
    static final int NAME = 168;

    private Info() {}
  }

  /** {@code il_sighting}. */
  public static final class Sighting {
    /** Bytes of the struct. */
    public static final int SIZE = 288;

    public static final int SPACE = 0;
    public static final int DESCRIPTOR = 4;
    public static final int THREAD = 8;
    public static final int SLEEP = 12;
    public static final int DEVICE = 16;
    public static final int INODE = 24;
    public static final int NAME = 32;

    private Sighting() {}
  }

  /** {@code il_view}, which begins with an {@code il_info}. */
  public static final class View {
    /** Bytes of the struct. */
    public static final int SIZE = 8864;

    public static final int SIGHT = 376;
    public static final int UID = 380;
    public static final int LINKED = 384;
    public static final int DETAIL_COUNT = 388;
    public static final int MEMORY = 392;
    public static final int INODE_BESIDE = 400;
    public static final int DETAILS = 408;
    public static final int USER_COUNT = 664;
    public static final int USERS = 672;

    private View() {}
  }

  /** {@code il_detail}. */
  public static final class Detail {
    /** Bytes of the struct. */
    public static final int SIZE = 32;

    public static final int NAME = 0;
    public static final int VALUE = 24;

    private Detail() {}
  }

  /** {@code il_user}. */
  public static final class User {
    /** Bytes of the struct. */
    public static final int SIZE = 16;

    public static final int PID = 0;
    public static final int HOLDS = 12;

    private User() {}
  }

  /** {@code il_item}. */
  public static final class Item {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    public static final int LENGTH = 0;
    public static final int TOKEN = 8;
    public static final int DELIVERIES = 16;

    private Item() {}
  }

  /** {@code il_cursor}. */
  public static final class Cursor {
    /** Bytes of the struct, all zero at the start. */
    public static final int SIZE = 16;

    private Cursor() {}
  }

  /** {@code il_queue_state}. */
  public static final class QueueState {
    /** Bytes of the struct. */
    public static final int SIZE = 56;

    public static final int ITEMS = 0;
    public static final int CAPACITY = 4;
    public static final int UNFINISHED = 8;
    public static final int SHUT_DOWN = 12;
    public static final int MAX_BYTES = 16;
    public static final int RESERVED_BYTES = 24;
    public static final int LARGEST_ITEM = 32;
    public static final int NEXT_STEP = 40;
    public static final int FULL = 48;

    private QueueState() {}
  }

  /** {@code il_spawn_options}. */
  public static final class SpawnOptions {
    /** Bytes of the struct. */
    public static final int SIZE = 80;

    public static final int LAUNCHER = 0;
    public static final int PROGRAM = 8;
    public static final int ARGUMENTS = 16;
    public static final int ENVIRONMENT = 24;
    public static final int DIRECTORY = 32;
    public static final int OUTPUT_PATH = 40;
    public static final int ERROR_PATH = 48;
    public static final int DAEMON = 56;
    public static final int INHERIT_INPUT = 60;
    public static final int CHANNEL = 64;
    public static final int INHERIT_ENVIRONMENT = 68;
    public static final int SPARE = 72;

    private SpawnOptions() {}
  }

  /** {@code il_child}. */
  public static final class Child {
    /** Bytes of the struct. */
    public static final int SIZE = 24;

    public static final int PID = 0;
    public static final int DIRECT = 4;
    public static final int HANDLE = 8;
    public static final int LIFELINE = 12;
    public static final int EXIT_STATUS = 16;

    private Child() {}
  }

  /** {@code il_posix_memory}. */
  public static final class PosixMemory {
    /** Bytes of the struct. */
    public static final int SIZE = 32;

    public static final int ADDRESS = 0;
    public static final int BYTES = 8;
    public static final int DEVICE = 16;
    public static final int INODE = 24;

    private PosixMemory() {}
  }

  /** Every number above; {@code structLayouts} in jni.c has the same order. */
  static List<Integer> all() {
    return List.of(
        (int) Words.MAGIC_VALUE,
        (int) (Words.MAGIC_VALUE >>> 32),
        Words.MAGIC,
        Words.EVENT,
        Spec.SIZE,
        Spec.KIND,
        Spec.MODE,
        Spec.NAME,
        Spec.PARAMETER_0,
        Spec.PARAMETER_1,
        Spec.CODEC,
        Spec.DEADLINE,
        Info.SIZE,
        Info.KIND,
        Info.LAYOUT,
        Info.PARAMETER_0,
        Info.PARAMETER_1,
        Info.MUTEX_SIZE,
        Info.CREATOR_PID,
        Info.CREATED_AT,
        Info.PID_NAMESPACE,
        Info.DEVICE,
        Info.INODE,
        Info.PLATFORM,
        Info.CODEC,
        Info.NAME,
        Info.BYTES,
        Sighting.SIZE,
        Sighting.SPACE,
        Sighting.DESCRIPTOR,
        Sighting.THREAD,
        Sighting.SLEEP,
        Sighting.DEVICE,
        Sighting.INODE,
        Sighting.NAME,
        View.SIZE,
        View.SIGHT,
        View.UID,
        View.LINKED,
        View.DETAIL_COUNT,
        View.MEMORY,
        View.INODE_BESIDE,
        View.DETAILS,
        View.USER_COUNT,
        View.USERS,
        Detail.SIZE,
        Detail.NAME,
        Detail.VALUE,
        User.SIZE,
        User.PID,
        User.HOLDS,
        Item.SIZE,
        Item.LENGTH,
        Item.TOKEN,
        Item.DELIVERIES,
        Cursor.SIZE,
        QueueState.SIZE,
        QueueState.ITEMS,
        QueueState.CAPACITY,
        QueueState.UNFINISHED,
        QueueState.SHUT_DOWN,
        QueueState.MAX_BYTES,
        QueueState.RESERVED_BYTES,
        QueueState.LARGEST_ITEM,
        QueueState.NEXT_STEP,
        QueueState.FULL,
        SpawnOptions.SIZE,
        SpawnOptions.LAUNCHER,
        SpawnOptions.PROGRAM,
        SpawnOptions.ARGUMENTS,
        SpawnOptions.ENVIRONMENT,
        SpawnOptions.DIRECTORY,
        SpawnOptions.OUTPUT_PATH,
        SpawnOptions.ERROR_PATH,
        SpawnOptions.DAEMON,
        SpawnOptions.INHERIT_INPUT,
        SpawnOptions.CHANNEL,
        SpawnOptions.INHERIT_ENVIRONMENT,
        SpawnOptions.SPARE,
        Child.SIZE,
        Child.PID,
        Child.DIRECT,
        Child.HANDLE,
        Child.LIFELINE,
        Child.EXIT_STATUS,
        PosixMemory.SIZE,
        PosixMemory.ADDRESS,
        PosixMemory.BYTES,
        PosixMemory.DEVICE,
        PosixMemory.INODE);
  }
}
