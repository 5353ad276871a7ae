package org.interlock.internal.children;

import java.nio.ByteBuffer;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;

/**
 * The parent's end of the way that a task takes: a socket, of which the child has the other end.
 */
final class TaskSender {
  private static final int CHUNK = 64 << 10;

  private final int channel;
  private final NativeArena arena;
  private final ByteBuffer chunk;
  private final long chunkAddress;

  private TaskSender(int channel, NativeArena arena) {
    this.channel = channel;
    this.arena = arena;
    this.chunk = arena.allocate(CHUNK);
    this.chunkAddress = NativeArena.addressOf(chunk);
  }

  /**
   * Sends a task. Waits until the child has read what the socket does not hold, or has ended.
   *
   * @param descriptors that the task needs; the caller's to close
   * @return {@code il_status}
   */
  static int send(int channel, byte[] body, int[] descriptors) {
    try (NativeArena arena = new NativeArena()) {
      TaskSender sender = new TaskSender(channel, arena);
      int status = sender.bytes(TaskMessage.Header.of(body, descriptors.length).toBytes());
      if (status == 0) {
        status = sender.descriptors(descriptors);
      }
      return status == 0 ? sender.bytes(body) : status;
    }
  }

  private int bytes(byte[] all) {
    int status = 0;
    for (int from = 0; from < all.length && status == 0; from += CHUNK) {
      int length = Math.min(CHUNK, all.length - from);
      chunk.put(0, all, from, length);
      status = transfer(length, 0, 0);
    }
    return status;
  }

  private int descriptors(int[] all) {
    ByteBuffer group = arena.allocate(TaskMessage.DESCRIPTORS_PER_GROUP * Integer.BYTES);
    long address = NativeArena.addressOf(group);
    int status = 0;
    int from = 0;
    while (from < all.length && status == 0) {
      int count = Math.min(TaskMessage.DESCRIPTORS_PER_GROUP, all.length - from);
      group.asIntBuffer().put(0, all, from, count);
      status = transfer(1, address, count);
      from += count;
    }
    return status;
  }

  private int transfer(int length, long descriptors, int count) {
    return ColdCalls.il_channel_send(
        channel, chunkAddress, length, descriptors, count, HotCalls.deadlineAfter(Long.MAX_VALUE));
  }
}
