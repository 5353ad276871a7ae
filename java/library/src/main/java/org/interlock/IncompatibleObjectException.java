package org.interlock;

/**
 * Thrown when a name exists as something else than what was asked for: another kind, capacity or
 * codec, or made on a platform or in a container with which this process can not share it. The
 * message says both sides; the object is not harmed.
 */
public class IncompatibleObjectException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was asked for and what is there
   */
  public IncompatibleObjectException(String message) {
    super(message);
  }
}
