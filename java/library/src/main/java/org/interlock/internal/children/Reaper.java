package org.interlock.internal.children;

import java.util.concurrent.CompletableFuture;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one child: starts it, or takes a spare, sends it its task, waits for its end, and
 * gives back what it took. That of a non-daemon child is a non-daemon thread, so that the JVM waits
 * for the child when main has ended.
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

  private final Child child;
  private final NativeChild process;
  private final @Nullable Launch launch;
  private final boolean daemon;
  private final @Nullable Parcel parcel;
  private final CompletableFuture<Integer> started = new CompletableFuture<>();

  /**
   * @param launch null: the child is a spare, which runs already
   * @param parcel null: it is a program that gets no task
   */
  Reaper(Child child, @Nullable Launch launch, @Nullable Parcel parcel) {
    super(
        LastThreads.rootGroup(),
        null,
        "interlock-reaper-" + child.identity().name(),
        STACK_BYTES,
        false);
    this.child = child;
    this.process = child.process();
    this.launch = launch;
    this.daemon = child.identity().daemon();
    this.parcel = parcel;
    setDaemon(daemon);
    setContextClassLoader(null);
  }

  /**
   * Completed with an {@code il_status} when the child runs and its task is sent, or neither. A
   * spare is ended if it does not take its task, whatever the reason.
   */
  CompletableFuture<Integer> started() {
    return started;
  }

  @Override
  public void run() {
    int status;
    try {
      status = startChild();
    } catch (Throwable e) { // no memory
      endWithoutTask();
      giveBack();
      started.completeExceptionally(e);
      return;
    }
    if (status != Status.OK) {
      giveBack(); // first: whoever hears of the failure finds nothing left of it
      started.complete(status);
      return;
    }
    started.complete(status);
    try {
      follow();
    } finally {
      giveBack();
      child.markLost(); // of no effect unless something went wrong here
      child.markGone();
    }
  }

  private int startChild() {
    int status = launch == null ? process.employ(daemon) : spawn(launch);
    if (status == Status.OK && daemon) {
      Daemons.add(child);
    }
    if (status == Status.OK && parcel != null) {
      status = process.send(parcel);
      if (launch != null && HotCalls.statusErrnoName(status).equals("EPIPE")) {
        return Status.OK; // gone already: its exit code will tell
      }
    }
    if (status != Status.OK) {
      endWithoutTask();
    }
    return status;
  }

  private int spawn(Launch ordered) {
    return parcel == null ? process.spawn(ordered) : process.spawnWithChannel(ordered);
  }

  /** The child runs, if it does, but will not get its task. */
  private void endWithoutTask() {
    if (process.isSpawned()) {
      child.kill();
      follow();
    }
  }

  /** Until nothing of the child is left. */
  private void follow() {
    int status = process.await(HotCalls.SLICE_NANOS);
    while (Status.code(status) == Status.TIMED_OUT) {
      boolean hasTask = process.closeChannelIfRead();
      if (!daemon) {
        Daemons.endIfLastThreadsEnded();
      }
      status = process.await(daemon && hasTask ? DAEMON_SLICE_NANOS : HotCalls.SLICE_NANOS);
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
    return !process.isGuarded() || Status.code(process.reap(nanos)) != Status.TIMED_OUT;
  }

  private void deleteArgumentFile() {
    if (parcel != null) {
      ArgumentFile.delete(parcel.argumentFile());
    }
  }

  private void giveBack() {
    deleteArgumentFile();
    Daemons.remove(child);
    process.release();
  }
}
