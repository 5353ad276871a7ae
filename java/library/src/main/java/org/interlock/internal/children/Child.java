package org.interlock.internal.children;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Status;

/**
 * One program that this process started, as its parent sees it. Its {@link Reaper} alone waits for
 * it; any thread may signal it.
 */
public final class Child {
  /** The exit code when the system will not tell: somebody else in this process took it. */
  static final int UNKNOWN_EXIT_CODE = 255;

  /** These two are the same wherever there is POSIX: {@code kill -15}, {@code kill -9}. */
  private static final int SIGTERM = 15;

  private static final int SIGKILL = 9;

  /** What a JVM (and a shell) adds to the number of a signal that ended it in an orderly way. */
  private static final int ENDED_BY_SIGNAL = 128;

  private final Identity identity;
  private final NativeChild process;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final ReentrantLock signalling = new ReentrantLock();
  private boolean terminated; // guarded by signalling: SIGTERM was sent
  private boolean terminatedEarly; // guarded by signalling: SIGKILL was sent in its place

  /**
   * @param process that is, or is to be, started
   */
  Child(Identity identity, NativeChild process) {
    this.identity = identity;
    this.process = process;
  }

  /** Name and the like. */
  public Identity identity() {
    return identity;
  }

  /** For its reaper. */
  NativeChild process() {
    return process;
  }

  /** Its process, which may have ended. */
  public ProcessHandle handle() {
    return process.handle();
  }

  /** Completed with the exit code, by a thread with a small stack: for internal use. */
  public CompletableFuture<Integer> ended() {
    return ended;
  }

  /** Completed once, besides, everything has ended that it left behind, and its guardian. */
  public CompletableFuture<Void> gone() {
    return gone;
  }

  /** Runs an action once it has ended, in the reaper or at once; the action is short. */
  public void whenEnded(Runnable action) {
    CompletableFuture<?> unused = ended.thenRun(action);
  }

  /**
   * Asks it to end; nothing happens if it has ended. A JVM that has not begun with its task is
   * ended at once, and counts as ended by SIGTERM: while it starts, it would meet that signal with
   * internal errors on stderr and exit code 1.
   *
   * @return {@code il_status}
   */
  public int terminate() {
    signalling.lock();
    try {
      boolean early = process.isStarting();
      int status = signal(early ? ColdCalls.SIGNAL_KILL : ColdCalls.SIGNAL_TERMINATE);
      terminatedEarly |= early && status == Status.OK;
      terminated |= !early && status == Status.OK;
      return withoutNotFound(status);
    } finally {
      signalling.unlock();
    }
  }

  /**
   * Ends it; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int kill() {
    return withoutNotFound(signal(ColdCalls.SIGNAL_KILL));
  }

  /**
   * SIGINT, as Ctrl-C sends it; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int interrupt() {
    return withoutNotFound(signal(ColdCalls.SIGNAL_INTERRUPT));
  }

  /**
   * SIGHUP; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int hangUp() {
    return withoutNotFound(signal(ColdCalls.SIGNAL_HANG_UP));
  }

  /** Daemons: lets the guardian end it and all that it left behind. Does not wait. */
  public void abandon() {
    if (process.isStarting()) {
      int unused = signal(ColdCalls.SIGNAL_KILL);
    }
    process.abandon();
  }

  private int signal(int signal) {
    return ended.isDone() ? Status.NOT_FOUND : process.signal(signal);
  }

  private static int withoutNotFound(int status) {
    return Status.code(status) == Status.NOT_FOUND ? Status.OK : status;
  }

  /**
   * Tells everybody that it has ended.
   *
   * @param status of waiting for it
   */
  void markEnded(int status) {
    ended.complete(status == Status.OK ? exitCode(process.exitStatus()) : UNKNOWN_EXIT_CODE);
  }

  /** If nobody was told by now, then nobody knows. */
  void markLost() {
    ended.complete(UNKNOWN_EXIT_CODE);
  }

  void markGone() {
    gone.complete(null);
  }

  private int exitCode(int exit) {
    signalling.lock();
    try {
      boolean bySigterm =
          (terminated && exit == ENDED_BY_SIGNAL + SIGTERM)
              || (terminatedEarly && exit == -SIGKILL);
      return bySigterm ? -SIGTERM : exit;
    } finally {
      signalling.unlock();
    }
  }
}
