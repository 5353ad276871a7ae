package org.interlock.internal.children;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs;
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

  /** What a JVM (and a shell) adds to the number of a signal that ended it in an orderly way. */
  private static final int ENDED_BY_SIGNAL = 128;

  private final Identity identity;
  private final NativeArena arena = new NativeArena();
  private final ByteBuffer struct = arena.allocate(NativeStructs.Child.SIZE);
  private final long address = NativeArena.addressOf(struct);
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /** Keeps the descriptors in {@link #struct} open while they are used. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean released; // guarded by lock
  private boolean terminated; // guarded by lock
  private volatile ProcessHandle handle = new EndedProcess(0);

  Child(Identity identity) {
    this.identity = identity;
  }

  /** Name and the like. */
  public Identity identity() {
    return identity;
  }

  /** Its process, which may have ended. */
  public ProcessHandle handle() {
    return handle;
  }

  /** Completed with the exit code, by a thread with a small stack: for internal use. */
  public CompletableFuture<Integer> ended() {
    return ended;
  }

  /** Runs an action once it has ended, in the reaper or at once; the action is short. */
  public void whenEnded(Runnable action) {
    CompletableFuture<?> unused = ended.thenRun(action);
  }

  /**
   * Asks it to end; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int terminate() {
    return signal(ColdCalls.SIGNAL_TERMINATE);
  }

  /**
   * Ends it; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int kill() {
    return signal(ColdCalls.SIGNAL_KILL);
  }

  private int signal(int signal) {
    lock.lock();
    try {
      if (released || ended.isDone()) {
        return Status.OK;
      }
      int status = ColdCalls.il_child_signal(address, signal);
      terminated |= status == Status.OK && signal == ColdCalls.SIGNAL_TERMINATE;
      return Status.code(status) == Status.NOT_FOUND ? Status.OK : status;
    } finally {
      lock.unlock();
    }
  }

  /** Daemons: lets the guardian end it and all that it left behind. Does not wait. */
  void abandon() {
    lock.lock();
    try {
      if (!released) {
        ColdCalls.il_child_abandon(address);
      }
    } finally {
      lock.unlock();
    }
  }

  // ------------------------------------------------------------------ for the reaper

  /** Starts the program. */
  int spawn(Launch launch, int channel) {
    try (NativeArena options = new NativeArena()) {
      int status = ColdCalls.il_child_spawn(launch.toNative(options, channel), address);
      if (status == Status.OK) {
        int pid = struct.getInt(NativeStructs.Child.PID);
        Optional<ProcessHandle> found = ProcessHandle.of(pid);
        handle = found.isPresent() ? found.get() : new EndedProcess(pid);
      }
      return status;
    }
  }

  /** {@code il_child_wait}. */
  int await(long nanos) {
    return HotCalls.childWait(address, nanos);
  }

  /** {@code il_child_reap}. */
  int reap(long nanos) {
    return HotCalls.childReap(address, nanos);
  }

  /** Tells everybody that it has ended. */
  void markEnded(int status) {
    ended.complete(exitCode(status));
  }

  /** If nobody was told by now, then nobody knows. */
  void markLost() {
    ended.complete(UNKNOWN_EXIT_CODE);
  }

  private int exitCode(int status) {
    if (status != Status.OK) {
      return UNKNOWN_EXIT_CODE;
    }
    int exit = struct.getInt(NativeStructs.Child.EXIT_STATUS);
    lock.lock();
    try {
      return terminated && exit == ENDED_BY_SIGNAL + SIGTERM ? -SIGTERM : exit;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the descriptors; the last thing. */
  void release() {
    lock.lock();
    try {
      if (!released) {
        released = true;
        ColdCalls.il_child_release(address);
      }
    } finally {
      lock.unlock();
    }
  }
}
