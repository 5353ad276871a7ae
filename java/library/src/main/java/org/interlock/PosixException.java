package org.interlock;

/**
 * Thrown when a call of the operating system failed, or a limit was reached. The message names the
 * object, the cause and a way out; no object is harmed.
 */
public class PosixException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String errnoName;
  private final String call;

  /**
   * Makes the exception.
   *
   * @param message the object, the cause and the way out
   * @param errno the number
   * @param errnoName its name
   * @param call the call that failed
   */
  public PosixException(String message, int errno, String errnoName, String call) {
    super(message);
    this.errno = errno;
    this.errnoName = errnoName;
    this.call = call;
  }

  /**
   * The error number; it differs between systems, so compare {@link #errnoName()}.
   *
   * @return 0 if no call failed but a limit of Interlock's own was reached
   */
  public int errno() {
    return errno;
  }

  /**
   * The name of the error.
   *
   * @return such as {@code "ENOSPC"}; empty if {@link #errno()} is 0
   */
  public String errnoName() {
    return errnoName;
  }

  /**
   * The call that failed.
   *
   * @return such as {@code "shm_open"}; empty if {@link #errno()} is 0
   */
  public String call() {
    return call;
  }
}
