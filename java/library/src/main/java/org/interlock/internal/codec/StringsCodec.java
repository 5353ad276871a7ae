package org.interlock.internal.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.interlock.Codec;

/**
 * Strings in UTF-8, strictly: nothing is replaced on the way in or out. {@code getBytes} and {@code
 * new String} are several times faster than a {@code CharsetEncoder} but replace what is malformed,
 * so what could be malformed is looked for beside them.
 */
public enum StringsCodec implements Codec<String> {
  /** The codec. */
  INSTANCE;

  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public String id() {
    return "utf8";
  }

  @Override
  public void encode(String item, ByteBuffer target) {
    int half = indexOfHalfPair(item);
    if (half >= 0) {
      throw new IllegalArgumentException(
          String.format(
              "half of a surrogate pair, \\u%04X at index %d, has no UTF-8 form",
              (int) item.charAt(half), half));
    }
    target.put(item.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String decode(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    String item = new String(bytes, StandardCharsets.UTF_8);
    if (item.indexOf(REPLACEMENT) >= 0) {
      checkStrictly(bytes);
    }
    return item;
  }

  /** Index of the first surrogate that has no other half; -1 if there is none. */
  private static int indexOfHalfPair(String item) {
    for (int i = 0; i < item.length(); i++) {
      char c = item.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == item.length()
            || !Character.isLowSurrogate(item.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /**
   * A replacement character may have been in the bytes themselves; a decoder that reports tells.
   */
  private static void checkStrictly(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8: " + e.getMessage(), e);
    }
  }
}
