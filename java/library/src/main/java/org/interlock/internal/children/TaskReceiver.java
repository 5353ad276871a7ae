package org.interlock.internal.children;

import java.nio.ByteBuffer;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;

/** The child's end of the way that a task takes. Needs no JNA. */
final class TaskReceiver {
  /** The descriptor that the launcher gives a child. */
  private static final int CHANNEL = 3;

  private static final int CHUNK = 64 << 10;

  private final NativeArena arena;
  private final ByteBuffer chunk;
  private final long chunkAddress;

  private TaskReceiver(NativeArena arena) {
    this.arena = arena;
    this.chunk = arena.allocate(CHUNK);
    this.chunkAddress = NativeArena.addressOf(chunk);
  }

  /** What arrived. */
  record Received(TaskMessage message, int[] descriptors) {}

  /** The channel ended before the task was complete, or failed. */
  static final class Incomplete extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private Incomplete(int status) {
      super(null, null, false, false);
      this.status = status;
    }

    /** {@code il_status}. */
    int status() {
      return status;
    }
  }

  /**
   * Reads the whole message and closes the channel.
   *
   * @throws IllegalStateException if something else arrived
   */
  static Received receive() throws Incomplete {
    try (NativeArena arena = new NativeArena()) {
      TaskReceiver receiver = new TaskReceiver(arena);
      TaskMessage.Header header =
          TaskMessage.Header.fromBytes(receiver.bytes(TaskMessage.Header.SIZE));
      int[] descriptors = receiver.descriptors(header.descriptors());
      byte[] body = receiver.bytes(header.length());
      header.check(body);
      return new Received(TaskMessage.fromBody(body), descriptors);
    } finally {
      HotCalls.descriptorClose(CHANNEL);
    }
  }

  private byte[] bytes(int length) throws Incomplete {
    byte[] all = new byte[length];
    for (int from = 0; from < length; from += CHUNK) {
      int part = Math.min(CHUNK, length - from);
      transfer(part, 0, 0);
      chunk.get(0, all, from, part);
    }
    return all;
  }

  private int[] descriptors(int length) throws Incomplete {
    ByteBuffer group = arena.allocate(TaskMessage.DESCRIPTORS_PER_GROUP * Integer.BYTES);
    ByteBuffer count = arena.allocate(Integer.BYTES);
    int[] all = new int[length];
    int have = 0;
    while (have < length) {
      count.putInt(0, TaskMessage.DESCRIPTORS_PER_GROUP);
      transfer(1, NativeArena.addressOf(group), NativeArena.addressOf(count));
      int came = count.getInt(0);
      if (came < 1 || came > length - have) {
        throw new IllegalStateException("the task arrived damaged: its objects are not all there");
      }
      group.asIntBuffer().get(0, all, have, came);
      have += came;
    }
    return all;
  }

  private void transfer(int length, long descriptors, long count) throws Incomplete {
    int status =
        HotCalls.channelReceive(CHANNEL, chunkAddress, length, descriptors, count, Long.MAX_VALUE);
    if (status != 0) {
      throw new Incomplete(status);
    }
  }
}
