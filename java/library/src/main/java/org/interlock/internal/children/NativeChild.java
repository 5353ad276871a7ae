package org.interlock.internal.children;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs;
import org.interlock.internal.Status;

/**
 * An {@code il_child} and this end of the channel that its task takes. One thread waits for it; any
 * may signal it.
 */
final class NativeChild {
  private static final int NO_CHANNEL = -1;

  private final NativeArena arena = new NativeArena();
  private final ByteBuffer struct = arena.allocate(NativeStructs.Child.SIZE);
  private final long address = NativeArena.addressOf(struct);
  private final long byteAddress = NativeArena.addressOf(arena.allocate(1));

  /** Keeps the descriptors in {@link #struct} open while they are used. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean spawned; // guarded by lock
  private boolean released; // guarded by lock
  private boolean guarded; // guarded by lock
  private int channel = NO_CHANNEL; // guarded by lock; closed by who waits for it only
  private volatile ProcessHandle handle = new EndedProcess(0);

  /** Its process, which may have ended. */
  ProcessHandle handle() {
    return handle;
  }

  /**
   * Starts a program that gets no task.
   *
   * @return {@code il_status}
   */
  int spawn(Launch launch) {
    return spawn(launch, NO_CHANNEL);
  }

  /**
   * Starts a program that gets its task through a channel, see {@link #send}.
   *
   * @return {@code il_status}
   */
  int spawnWithChannel(Launch launch) {
    try (NativeArena ends = new NativeArena()) {
      ByteBuffer both = ends.allocate(2 * Long.BYTES);
      long ours = NativeArena.addressOf(both);
      int status = ColdCalls.il_channel_open(ours, ours + Long.BYTES);
      if (status != Status.OK) {
        return status;
      }
      keepChannel(both.getInt(0));
      int theirs = both.getInt(Long.BYTES);
      try {
        return spawn(launch, theirs);
      } finally {
        HotCalls.descriptorClose(theirs); // or its end of file would never come to us
      }
    }
  }

  private void keepChannel(int opened) {
    lock.lock();
    try {
      channel = opened;
    } finally {
      lock.unlock();
    }
  }

  /** Starts a program that gets this as its end of a channel. */
  int spawn(Launch launch, int channelOfChild) {
    try (NativeArena options = new NativeArena()) {
      int status = ColdCalls.il_child_spawn(launch.toNative(options, channelOfChild), address);
      if (status == Status.OK) {
        started(launch.life() != Launch.Life.FREE);
      }
      return status;
    }
  }

  private void started(boolean withGuardian) {
    int pid = struct.getInt(NativeStructs.Child.PID);
    Optional<ProcessHandle> found = ProcessHandle.of(pid);
    lock.lock();
    try {
      spawned = true;
      guarded = withGuardian;
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

  /** Whether it has a guardian, which is to be reaped when it has ended. */
  boolean isGuarded() {
    lock.lock();
    try {
      return guarded;
    } finally {
      lock.unlock();
    }
  }

  /** {@code il_child_employ}. */
  int employ(boolean daemon) {
    return ColdCalls.il_child_employ(address, daemon ? 1 : 0);
  }

  /** {@link TaskSender#send}. Called by who waits for it. */
  int send(Parcel parcel) {
    return TaskSender.send(channelOfTask(), parcel.body(), parcel.descriptors());
  }

  private int channelOfTask() {
    lock.lock();
    try {
      return channel;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is a JVM that has not read its task: it closes its end of the channel then. */
  boolean isStarting() {
    lock.lock();
    try {
      return channel != NO_CHANNEL
          && Status.code(HotCalls.channelReceive(channel, byteAddress, 1, 0, 0, 0))
              == Status.TIMED_OUT;
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

  /** {@code il_child_signal}; not found if everything was given back. */
  int signal(int signal) {
    lock.lock();
    try {
      return released ? Status.NOT_FOUND : ColdCalls.il_child_signal(address, signal);
    } finally {
      lock.unlock();
    }
  }

  /** {@code il_child_abandon}, unless everything was given back. */
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

  /** {@code il_child_wait}. */
  int await(long nanos) {
    return HotCalls.childWait(address, nanos);
  }

  /** {@code il_child_reap}. */
  int reap(long nanos) {
    return HotCalls.childReap(address, nanos);
  }

  /** Once {@link #await} succeeded. */
  int exitStatus() {
    return struct.getInt(NativeStructs.Child.EXIT_STATUS);
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
