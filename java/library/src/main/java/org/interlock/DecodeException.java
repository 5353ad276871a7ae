package org.interlock;

/**
 * Thrown by a queue when the codec could not read an item. The item is gone from the queue; its
 * bytes are here.
 */
public class DecodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  /**
   * Makes the exception.
   *
   * @param message which queue and codec
   * @param bytes the item as it was in the queue
   * @param cause what the codec threw
   */
  public DecodeException(String message, byte[] bytes, Throwable cause) {
    super(message, cause);
    this.bytes = bytes.clone();
  }

  /**
   * The item as it was in the queue.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return bytes.clone();
  }
}
