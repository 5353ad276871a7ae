package org.interlock;

/**
 * Thrown by a queue that was shut down: to producers at once, to consumers when nothing is left.
 */
public class QueueShutdownException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message which queue
   */
  public QueueShutdownException(String message) {
    super(message);
  }
}
