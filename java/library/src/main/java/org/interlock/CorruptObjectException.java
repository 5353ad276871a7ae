package org.interlock;

/**
 * Thrown when shared memory holds something that is not, or is no longer, what an object of its
 * kind holds: a file of that name that Interlock did not make, or one that was truncated or
 * overwritten.
 *
 * <p>{@link Shared#unlink(String)} removes the name, so that the next {@code open} makes a new
 * object.
 */
public class CorruptObjectException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message which object, and what to do
   */
  public CorruptObjectException(String message) {
    super(message);
  }
}
