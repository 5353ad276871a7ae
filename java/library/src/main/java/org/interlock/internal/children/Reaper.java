package org.interlock.internal.children;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one child: starts it, sends it its task, waits for its end, and gives back what it
 * took. That of a non-daemon child is a non-daemon thread, so that the JVM waits for the child when
 * main has ended.
 *
 * <p>A platform thread, so nothing here blocks the carrier of a virtual thread. It starts the child
 * itself: it outlives the child, so a kernel that ties the child to the thread which started it (
 * {@code PR_SET_PDEATHSIG}) does no harm; and a child that is slow to take its task holds up no
 * other.
 */
final class Reaper extends Thread {
  /** Enough for JNA's first use; the system gives it memory when it is used, not before. */
  private static final int STACK_BYTES = 512 << 10;

  private static final long DAEMON_SLICE_NANOS = 1_000_000_000L;

  /** A guardian with nothing left to guard ends at once. */
  private static final long GUARDIAN_END_NANOS = 20_000_000L;

  private static final int NONE = -1;

  /** What became of the start. */
  record Outcome(String step, int status) {}

  private final Child child;
  private final Launch launch;
  private final @Nullable Parcel parcel;
  private final CompletableFuture<Outcome> started = new CompletableFuture<>();

  Reaper(Child child, Launch launch, @Nullable Parcel parcel) {
    super(
        LastThreads.rootGroup(),
        null,
        "interlock-reaper-" + child.identity().name(),
        STACK_BYTES,
        false);
    this.child = child;
    this.launch = launch;
    this.parcel = parcel;
    setDaemon(launch.daemon());
    setContextClassLoader(null);
  }

  /** Completed when the child runs and has its task, or when there is none. */
  CompletableFuture<Outcome> started() {
    return started;
  }

  @Override
  public void run() {
    Outcome outcome;
    try {
      outcome = startChild();
    } catch (Throwable e) {
      giveBack();
      started.completeExceptionally(e);
      return;
    }
    if (outcome.status() != Status.OK) {
      giveBack(); // first: whoever hears of the failure finds nothing left of it
      started.complete(outcome);
      return;
    }
    started.complete(outcome);
    try {
      follow();
    } finally {
      giveBack();
      child.markLost(); // of no effect unless something went wrong here
    }
  }

  private Outcome startChild() {
    if (parcel == null) {
      return spawn(NONE);
    }
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer ends = arena.allocate(2 * Long.BYTES);
      long ours = NativeArena.addressOf(ends);
      int status = ColdCalls.il_channel_open(ours, ours + Long.BYTES);
      if (status != Status.OK) {
        return new Outcome("channel", status);
      }
      try {
        return spawnAndSend(parcel, ends.getInt(0), ends.getInt(Long.BYTES));
      } finally {
        HotCalls.descriptorClose(ends.getInt(0));
      }
    }
  }

  private Outcome spawnAndSend(Parcel parcel, int ours, int theirs) {
    Outcome spawned;
    try {
      spawned = spawn(theirs);
    } finally {
      HotCalls.descriptorClose(theirs); // or its end of file would never come to us
    }
    if (spawned.status() != Status.OK) {
      return spawned;
    }
    int status = TaskSender.send(ours, parcel.body(), parcel.descriptors());
    if (status == Status.OK || HotCalls.statusErrnoName(status).equals("EPIPE")) {
      return new Outcome("send", Status.OK); // gone already: its exit code will tell
    }
    child.kill();
    follow();
    return new Outcome("send", status);
  }

  private Outcome spawn(int channel) {
    int status = child.spawn(launch, channel);
    if (status == Status.OK && launch.daemon()) {
      Daemons.add(child);
    }
    return new Outcome("spawn", status);
  }

  /** Until nothing of the child is left. */
  private void follow() {
    int status = child.await(slice());
    while (Status.code(status) == Status.TIMED_OUT) {
      if (!launch.daemon()) {
        Daemons.endIfLastThreadsEnded();
      }
      status = child.await(slice());
    }
    if (isReaped(GUARDIAN_END_NANOS)) {
      giveBack(); // first: whoever hears of the end finds nothing left of it
    }
    child.markEnded(status);
    // Else a guardian stays, as long as there are processes that the child has left behind.
    while (!isReaped(DAEMON_SLICE_NANOS)) {
      Thread.onSpinWait();
    }
  }

  private boolean isReaped(long nanos) {
    return !launch.daemon() || Status.code(child.reap(nanos)) != Status.TIMED_OUT;
  }

  private long slice() {
    return launch.daemon() ? DAEMON_SLICE_NANOS : HotCalls.SLICE_NANOS;
  }

  private void deleteArgumentFile() {
    if (parcel != null) {
      ArgumentFile.delete(parcel.argumentFile());
    }
  }

  private void giveBack() {
    deleteArgumentFile();
    Daemons.remove(child);
    child.release();
  }
}
