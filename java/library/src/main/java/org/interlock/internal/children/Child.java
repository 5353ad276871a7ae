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

  private static final int SIGKILL = 9;

  /** What a JVM (and a shell) adds to the number of a signal that ended it in an orderly way. */
  private static final int ENDED_BY_SIGNAL = 128;

  /** There is no channel (any more). */
  static final int NO_CHANNEL = -1;

  private final Identity identity;
  private final NativeArena arena = new NativeArena();
  private final ByteBuffer struct = arena.allocate(NativeStructs.Child.SIZE);
  private final long address = NativeArena.addressOf(struct);
  private final long byteAddress = NativeArena.addressOf(arena.allocate(1));
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /** Keeps the descriptors in {@link #struct} open while they are used. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean spawned; // guarded by lock
  private boolean released; // guarded by lock
  private boolean terminated; // guarded by lock: SIGTERM was sent
  private boolean terminatedEarly; // guarded by lock: SIGKILL was sent in its place
  private int channel = NO_CHANNEL; // guarded by lock; closed by the reaper only
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
   * Asks it to end; nothing happens if it has ended. A JVM that has not begun with its task is
   * ended at once, and counts as ended by SIGTERM: while it starts, it would meet that signal with
   * internal errors on stderr and exit code 1.
   *
   * @return {@code il_status}
   */
  public int terminate() {
    lock.lock();
    try {
      boolean early = isStarting();
      int status = signal(early ? ColdCalls.SIGNAL_KILL : ColdCalls.SIGNAL_TERMINATE);
      terminatedEarly |= early && status == Status.OK;
      terminated |= !early && status == Status.OK;
      return withoutNotFound(status);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends it; nothing happens if it has ended.
   *
   * @return {@code il_status}
   */
  public int kill() {
    lock.lock();
    try {
      return withoutNotFound(signal(ColdCalls.SIGNAL_KILL));
    } finally {
      lock.unlock();
    }
  }

  /** Daemons: lets the guardian end it and all that it left behind. Does not wait. */
  void abandon() {
    lock.lock();
    try {
      if (!released) {
        if (isStarting()) {
          signal(ColdCalls.SIGNAL_KILL);
        }
        ColdCalls.il_child_abandon(address);
      }
    } finally {
      lock.unlock();
    }
  }

  private int signal(int signal) {
    return released || ended.isDone()
        ? Status.NOT_FOUND
        : ColdCalls.il_child_signal(address, signal);
  }

  private static int withoutNotFound(int status) {
    return Status.code(status) == Status.NOT_FOUND ? Status.OK : status;
  }

  /** Whether it is a JVM that has not read its task: it closes its end of the channel then. */
  private boolean isStarting() {
    return channel != NO_CHANNEL
        && Status.code(HotCalls.channelReceive(channel, byteAddress, 1, 0, 0, 0))
            == Status.TIMED_OUT;
  }

  // ------------------------------------------------------------------ for the reaper

  /** Starts the program. */
  int spawn(Launch launch, int channelOfChild) {
    try (NativeArena options = new NativeArena()) {
      int status = ColdCalls.il_child_spawn(launch.toNative(options, channelOfChild), address);
      if (status == Status.OK) {
        started();
      }
      return status;
    }
  }

  private void started() {
    int pid = struct.getInt(NativeStructs.Child.PID);
    Optional<ProcessHandle> found = ProcessHandle.of(pid);
    lock.lock();
    try {
      spawned = true;
      handle = found.isPresent() ? found.get() : new EndedProcess(pid);
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is, or was, a process. */
  boolean isSpawned() {
    lock.lock();
    try {
      return spawned;
    } finally {
      lock.unlock();
    }
  }

  /** Its task goes through this channel, which now belongs to the child. */
  void takeChannel(int opened) {
    lock.lock();
    try {
      channel = opened;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the channel if the child has read its task; whether it is closed. */
  boolean closeChannelIfRead() {
    lock.lock();
    try {
      if (!isStarting()) {
        closeChannel();
      }
      return channel == NO_CHANNEL;
    } finally {
      lock.unlock();
    }
  }

  private void closeChannel() {
    if (channel != NO_CHANNEL) {
      HotCalls.descriptorClose(channel);
      channel = NO_CHANNEL;
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
      boolean bySigterm =
          (terminated && exit == ENDED_BY_SIGNAL + SIGTERM)
              || (terminatedEarly && exit == -SIGKILL);
      return bySigterm ? -SIGTERM : exit;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the descriptors; the last thing. */
  void release() {
    lock.lock();
    try {
      closeChannel();
      if (spawned && !released) {
        ColdCalls.il_child_release(address);
      }
      released = true;
    } finally {
      lock.unlock();
    }
  }
}
