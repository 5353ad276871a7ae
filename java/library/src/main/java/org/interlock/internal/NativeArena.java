package org.interlock.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the arguments of native calls: structs, strings, arrays of strings. It lives until the
 * arena is closed, when it may go to another arena, or unreachable; hold the arena over the call
 * with try-with-resources.
 *
 * <p>For one thread at a time.
 */
public final class NativeArena implements AutoCloseable {
  private static final int CHUNK = 4096;
  private static final int ALIGNMENT = 8;

  /** A chunk for the next arena: a direct buffer costs more than a system call. */
  private static final AtomicReference<@Nullable ByteBuffer> KEPT = new AtomicReference<>();

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private int used;
  private boolean dirty; // the last chunk was another arena's

  /** Zeroed memory of native byte order, aligned to 8. */
  public ByteBuffer allocate(int bytes) {
    int rounded = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    if (chunks.isEmpty() || last().capacity() - used < rounded) {
      chunks.add(chunk(Math.max(CHUNK, rounded)));
      used = 0;
    }
    ByteBuffer slice = last().slice(used, bytes).order(ByteOrder.nativeOrder());
    for (int at = 0; dirty && at < bytes; at++) {
      slice.put(at, (byte) 0);
    }
    used += rounded;
    return slice;
  }

  private ByteBuffer chunk(int size) {
    ByteBuffer kept = size == CHUNK ? KEPT.getAndSet(null) : null;
    dirty = kept != null;
    return kept != null
        ? kept
        : ByteBuffer.allocateDirect(size + ALIGNMENT).alignedSlice(ALIGNMENT);
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

  /** Nobody uses what it gave any more. */
  @Override
  public void close() {
    if (!chunks.isEmpty() && chunks.get(0).capacity() < 2 * CHUNK) {
      KEPT.set(chunks.get(0));
    }
    chunks.clear();
  }
}
