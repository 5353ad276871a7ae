package org.interlock;

/**
 * Thrown when an object is used after this process closed its handle, or when it is closed while a
 * thread waits in it.
 */
public class ClosedObjectException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message which object it was
   */
  public ClosedObjectException(String message) {
    super(message);
  }
}
