package org.interlock.internal.look;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs;
import org.interlock.internal.ObjectIdentity;
import org.interlock.internal.ObjectInfo;

/**
 * Where something was seen that looks like an object: {@code il_sighting}.
 *
 * @param descriptor of the process that has it open; -1 if it is only mapped
 * @param thread id of the thread that sleeps on it; 0: it is open there
 * @param name as the file system has it; what is no UTF-8 is replaced, and then not found again
 */
public record Sighting(
    Space space, int descriptor, int thread, Sleep sleep, ObjectIdentity identity, String name) {

  static Sighting read(ByteBuffer struct) {
    return new Sighting(
        Space.of(struct.getInt(NativeStructs.Sighting.SPACE)),
        struct.getInt(NativeStructs.Sighting.DESCRIPTOR),
        struct.getInt(NativeStructs.Sighting.THREAD),
        Sleep.of(struct.getInt(NativeStructs.Sighting.SLEEP)),
        new ObjectIdentity(
            struct.getLong(NativeStructs.Sighting.DEVICE),
            struct.getLong(NativeStructs.Sighting.INODE)),
        ObjectInfo.text(struct, NativeStructs.Sighting.NAME, NativeStructs.Sighting.SIZE));
  }

  /** Writes what {@code il_look_at_sighting} asks for; returns its address. */
  long write(NativeArena arena) {
    ByteBuffer struct = arena.allocate(NativeStructs.Sighting.SIZE);
    struct.putInt(NativeStructs.Sighting.SPACE, space.number());
    struct.putInt(NativeStructs.Sighting.DESCRIPTOR, descriptor);
    struct.putLong(NativeStructs.Sighting.DEVICE, identity.device());
    struct.putLong(NativeStructs.Sighting.INODE, identity.inode());
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int room = NativeStructs.Sighting.SIZE - NativeStructs.Sighting.NAME - 1;
    struct.put(NativeStructs.Sighting.NAME, bytes, 0, Math.min(bytes.length, room));
    return NativeArena.addressOf(struct);
  }
}
