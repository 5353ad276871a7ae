package org.interlock.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.interlock.internal.NativeStructs.Info;

/** What an object says of itself: {@code il_info}. */
public record ObjectInfo(
    int kind,
    int layout,
    long parameter0,
    long parameter1,
    int mutexSize,
    int creatorPid,
    long pidNamespace,
    long device,
    long inode,
    String platform,
    String codec,
    String name) {

  /** First character of the name of an anonymous object; no user's name has it. */
  private static final String ANONYMOUS = "~";

  /** Reads an {@code il_info}. */
  public static ObjectInfo read(ByteBuffer info) {
    return new ObjectInfo(
        info.getInt(Info.KIND),
        info.getInt(Info.LAYOUT),
        info.getLong(Info.PARAMETER_0),
        info.getLong(Info.PARAMETER_1),
        info.getInt(Info.MUTEX_SIZE),
        info.getInt(Info.CREATOR_PID),
        info.getLong(Info.PID_NAMESPACE),
        info.getLong(Info.DEVICE),
        info.getLong(Info.INODE),
        text(info, Info.PLATFORM, Info.CODEC),
        text(info, Info.CODEC, Info.NAME),
        text(info, Info.NAME, Info.SIZE));
  }

  /** A C string in a field that ends there; what is no UTF-8 is replaced. */
  public static String text(ByteBuffer info, int from, int end) {
    int length = 0;
    while (from + length < end && info.get(from + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    info.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What this process would say of an object that it made, as far as that depends on it. */
  public static ObjectInfo ofThisProcess() {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer info = arena.allocate(Info.SIZE);
      ColdCalls.il_info_of_process(NativeArena.addressOf(info));
      return read(info);
    }
  }

  /** For messages: what must be so in every process that shares it. */
  public String maker() {
    return "layout "
        + layout
        + ", platform "
        + platform
        + ", mutexes of "
        + mutexSize
        + " bytes, pid namespace "
        + pidNamespace;
  }

  /** What makes it the same object for all handles and processes. */
  public ObjectIdentity identity() {
    return new ObjectIdentity(device, inode);
  }

  public boolean isAnonymous() {
    return name.startsWith(ANONYMOUS);
  }

  /** For messages: {@code ProcessLock[orders]}. */
  String label() {
    return Kinds.label(kind) + "[" + name + "]";
  }
}
