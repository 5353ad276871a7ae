package org.interlock.internal;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Memory for the arguments of native calls: structs, strings, arrays of strings. It lives until the
 * arena is closed or unreachable; hold the arena over the call with try-with-resources.
 *
 * <p>For one thread at a time.
 */
public final class NativeArena implements AutoCloseable {
  private static final int CHUNK = 4096;
  private static final int ALIGNMENT = 8;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private int used;

  /** Zeroed memory of native byte order, aligned to 8. */
  public ByteBuffer allocate(int bytes) {
    int rounded = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    if (chunks.isEmpty() || last().capacity() - used < rounded) {
      int size = Math.max(CHUNK, rounded) + ALIGNMENT;
      chunks.add(ByteBuffer.allocateDirect(size).alignedSlice(ALIGNMENT));
      used = 0;
    }
    ByteBuffer slice = last().slice(used, bytes).order(ByteOrder.nativeOrder());
    used += rounded;
    return slice;
  }

  private ByteBuffer last() {
    return chunks.get(chunks.size() - 1);
  }

  /** Address of what {@link #allocate} gave. */
  public static long addressOf(ByteBuffer allocated) {
    return HotCalls.addressOf(allocated);
  }

  /** Address of a C string in UTF-8. */
  public long string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a zero character in \"" + text + '"');
      }
    }
    ByteBuffer memory = allocate(bytes.length + 1);
    memory.put(0, bytes);
    return addressOf(memory);
  }

  /** Address of a NULL-terminated array of C strings. */
  public long strings(Collection<String> texts) {
    ByteBuffer array = allocate((texts.size() + 1) * Long.BYTES);
    int index = 0;
    for (String text : texts) {
      array.putLong(index, string(text));
      index += Long.BYTES;
    }
    return addressOf(array);
  }

  @Override
  public void close() {
    // Nothing is freed by hand; being called keeps the memory reachable up to here.
    Reference.reachabilityFence(this);
  }
}
