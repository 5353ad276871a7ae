package org.interlock.internal;

import java.nio.ByteBuffer;

/**
 * The JNI entry points: what happens per operation, and what a child needs before its first one (a
 * child that only uses what it was handed never starts JNA). Each is a thin shell around the
 * function of {@code native/include/interlock.h} that its comment names; the contract stands there.
 *
 * <ul>
 *   <li>A handle is the address of an {@code il_object}. Nothing checks it: the caller keeps it
 *       valid, and reachable ({@code Reference.reachabilityFence}), over the call.
 *   <li>Memory is passed as an address, see {@link #addressOf}; the layouts are in {@link
 *       NativeStructs}.
 *   <li>An {@code int} result is an {@code il_status}: 0 or what {@link Status} takes apart.
 *   <li>A {@code long} result that is "or status" is a value from 0 up, or minus an {@code
 *       il_status}.
 *   <li>A {@code long} result that is "count and status" holds the count in its upper half and the
 *       status in its lower one.
 *   <li>Waiting calls take nanoseconds from now and must be given slices ({@link #SLICE_NANOS}) by
 *       callers who want to notice an interrupt.
 * </ul>
 */
public final class HotCalls {
  /**
   * How long a thread may stay in the kernel before it looks for interrupts and closing. They are
   * to be noticed within 100 ms, and the thread must get a processor, too.
   */
  public static final long SLICE_NANOS = 80_000_000L;

  static {
    Natives.require();
    Failures.prepare();
  }

  private HotCalls() {}

  // ------------------------------------------------------------------ memory and clock

  /** Address of the first byte (not of the position) of a direct buffer. */
  public static native long addressOf(ByteBuffer direct);

  /**
   * The first pages of an object's mapping, as long as the object is not freed. After closing they
   * are zero.
   */
  public static native ByteBuffer objectMemory(long object);

  /** Sizes and offsets of the C structs, in the order of {@link NativeStructs#all()}. */
  static native int[] structLayouts();

  /** {@code il_clock_now}. */
  public static native long clockNow();

  /** {@code il_deadline_after}: for calls that take an absolute deadline. */
  public static native long deadlineAfter(long nanos);

  // ------------------------------------------------------------------ status
  // Here and not in ColdCalls: the text of an error must not need JNA, which opens files to start,
  // when the error is that the process is out of descriptors.

  /** {@code il_status_name}: "IL_?" for what is no code. */
  public static native String statusName(int status);

  /** {@code il_status_text}. */
  public static native String statusText(int status);

  /** {@code il_status_call}. */
  public static native String statusCall(int status);

  /** {@code il_status_errno}. */
  public static native int statusErrno(int status);

  /** {@code il_status_errno_name}. */
  public static native String statusErrnoName(int status);

  /** {@code il_status_class}. */
  public static native int statusClass(int status);

  // ------------------------------------------------------------------ objects

  /**
   * {@code il_object_adopt}.
   *
   * @param info address of an {@code il_info}, or 0
   * @return handle or status
   */
  public static native long adopt(int descriptor, int slot, int generation, int kind, long info);

  /** {@code il_object_wake}. */
  public static native void wake(long object);

  /**
   * {@code il_object_retire}.
   *
   * @param keepMapping {@link NativeType#KEEP_NOTHING}, {@link NativeType#KEEP_MAPPING}, {@link
   *     NativeType#KEEP_USABLE}
   */
  public static native int retire(long object, int keepMapping);

  /** {@code il_object_depart}. */
  public static native int depart(long object, boolean keepSlot);

  /** {@code il_object_free}. */
  public static native void free(long object);

  // ------------------------------------------------------------------ waiting

  /** {@code il_wait_spin}. */
  public static native boolean waitSpin(long object, int reason);

  /**
   * {@code il_wait_prepare}.
   *
   * @return ticket or status
   */
  public static native long waitPrepare(long object, int reason, boolean forBytes);

  /** {@code il_wait_sleep}. */
  public static native int waitSleep(
      long object, int reason, boolean forBytes, int ticket, long nanos);

  /** {@code il_wait_leave}. */
  public static native void waitLeave(long object, int reason);

  // ------------------------------------------------------------------ looking

  /**
   * {@code il_look_list}.
   *
   * @param sightings address of so many {@code il_sighting}
   * @return count (how many there are) and status
   */
  public static native long lookList(long sightings, int capacity);

  /**
   * {@code il_look_process}.
   *
   * @param threadsHidden address of 4 bytes
   * @return count (how many there are) and status
   */
  public static native long lookProcess(int pid, long sightings, int capacity, long threadsHidden);

  /**
   * {@code il_look_at}.
   *
   * @param name address of a C string
   * @param view address of an {@code il_view}
   */
  public static native int lookAt(int space, long name, long view);

  /** {@code il_look_at_sighting}. */
  public static native int lookAtSighting(int pid, long sighting, long view);

  /** {@code il_kind_name}. */
  public static native String kindName(int kind);

  /** {@code il_system_describe}. */
  public static native String systemDescription();

  // ------------------------------------------------------------------ child

  /** {@code il_lifeline_watch}. */
  public static native int lifelineWatch();

  // ------------------------------------------------------------------ lock

  /** {@code il_lock_try}. */
  public static native int lockTry(long lock);

  /** {@code il_lock_acquire}. */
  public static native int lockAcquire(long lock, long nanos);

  /** {@code il_lock_release}. */
  public static native int lockRelease(long lock);

  /** {@code il_lock_dead_owner}. */
  public static native int lockDeadOwner(long lock);

  /** {@code il_lock_repaired}. */
  public static native int lockRepaired(long lock);

  /** {@code il_lock_is_held}. */
  public static native boolean lockIsHeld(long lock);

  /** {@code il_lock_owner_pid}. */
  public static native int lockOwnerPid(long lock);

  // ------------------------------------------------------------------ conditions of a lock

  /**
   * {@code il_condition_open}.
   *
   * @param name address of a C string, or 0
   * @return condition or status
   */
  public static native long conditionOpen(long lock, long name);

  /**
   * {@code il_condition_enlist}.
   *
   * @return entry or status
   */
  public static native long conditionEnlist(long lock, int condition);

  /**
   * {@code il_condition_sleep}.
   *
   * @return count (the entry, which may have changed) and status
   */
  public static native long conditionSleep(long lock, int entry, long nanos);

  /**
   * {@code il_condition_withdraw}.
   *
   * @return 1 if a signal had come, 0 if not, or status
   */
  public static native long conditionWithdraw(long lock, int entry);

  /**
   * {@code il_condition_leave}.
   *
   * @return 1 if a signal had come, 0 if not, or status
   */
  public static native long conditionLeave(long lock, int entry);

  /** {@code il_condition_signal}. */
  public static native int conditionSignal(long lock, int condition, boolean everyone);

  // ------------------------------------------------------------------ event

  /**
   * {@code il_event_is_set}.
   *
   * @return 1 if it is, 0 if not, or status
   */
  public static native long eventIsSet(long event);

  /** {@code il_event_set}. */
  public static native int eventSet(long event);

  /** {@code il_event_clear}. */
  public static native int eventClear(long event);

  /**
   * {@code il_event_start_waiting}.
   *
   * @return start or status
   */
  public static native long eventStartWaiting(long event);

  /** {@code il_event_passed}. */
  public static native int eventPassed(long event, int start);

  // ------------------------------------------------------------------ permits

  /** {@code il_permits_try}. */
  public static native int permitsTry(long pool, int permits);

  /** {@code il_permits_try_new}. */
  public static native int permitsTryNew(long pool, int permits);

  /**
   * {@code il_permits_try_waiting}.
   *
   * @param since what {@link #clockNow} was when the wait began
   */
  public static native int permitsTryWaiting(long pool, int permits, long since);

  /** {@code il_permits_stop_waiting}. */
  public static native void permitsStopWaiting(long pool, long since);

  /** {@code il_permits_release}. */
  public static native int permitsRelease(long pool, int permits);

  /**
   * {@code il_permits_available}.
   *
   * @return permits or status
   */
  public static native long permitsAvailable(long pool);

  // ------------------------------------------------------------------ barrier

  /**
   * {@code il_barrier_arrive}.
   *
   * @return the cycle shifted left by 16 bits, and the index; or status
   */
  public static native long barrierArrive(long barrier);

  /** {@code il_barrier_passed}. */
  public static native int barrierPassed(long barrier, int cycle);

  /** {@code il_barrier_give_up}. */
  public static native int barrierGiveUp(long barrier, int cycle);

  /** {@code il_barrier_abort}. */
  public static native int barrierAbort(long barrier);

  /** {@code il_barrier_reset}. */
  public static native int barrierReset(long barrier);

  /**
   * {@code il_barrier_inspect}.
   *
   * @return how many wait, shifted left by one bit, and whether it is broken; or status
   */
  public static native long barrierInspect(long barrier);

  // ------------------------------------------------------------------ semaphore
  // Here a handle is the address of an il_semaphore.

  /**
   * {@code il_semaphore_adopt}.
   *
   * @param name address of a C string
   * @param sidecar descriptor of the segment of an anonymous one, or -1
   * @param info address of an {@code il_info}, or 0
   * @return handle or status
   */
  public static native long semaphoreAdopt(
      long name, int descriptor, int sidecar, int slot, int generation, long info);

  /** {@code il_semaphore_try}. */
  public static native int semaphoreTry(long semaphore);

  /** {@code il_semaphore_acquire}. */
  public static native int semaphoreAcquire(long semaphore, long nanos);

  /** {@code il_semaphore_release}. */
  public static native int semaphoreRelease(long semaphore, int permits);

  /**
   * {@code il_semaphore_value}.
   *
   * @return value or status
   */
  public static native long semaphoreValue(long semaphore);

  /** {@code il_semaphore_retire}. */
  public static native int semaphoreRetire(long semaphore);

  /** {@code il_semaphore_free}. */
  public static native void semaphoreFree(long semaphore);

  // ------------------------------------------------------------------ long

  /** {@code il_long_get}. All 64 bits are value, so a failure is thrown. */
  public static native long longGet(long counter) throws StatusException;

  /** {@code il_long_set}. */
  public static native int longSet(long counter, long value);

  /** {@code il_long_add}: the sum. */
  public static native long longAdd(long counter, long delta) throws StatusException;

  /** {@code il_long_compare_and_set}: {@link Status#WOULD_BLOCK} if something else was there. */
  public static native int longCompareAndSet(long counter, long expected, long value);

  // ------------------------------------------------------------------ queue

  /** {@code il_queue_try_put}. */
  public static native int queueTryPut(long queue, long data, long length);

  /**
   * {@code il_queue_try_put_all}.
   *
   * @return count (put) and status
   */
  public static native long queueTryPutAll(long queue, long packed, long packedLength, int count);

  /**
   * {@code il_queue_try_take}.
   *
   * @param item address of an {@code il_item}
   */
  public static native int queueTryTake(long queue, long buffer, long capacity, long item);

  /**
   * {@code il_queue_try_take_all}.
   *
   * @param needed address of 8 bytes
   * @return count (taken) and status
   */
  public static native long queueTryTakeAll(
      long queue, long buffer, long capacity, int count, long needed);

  /** {@code il_queue_put}. */
  public static native int queuePut(long queue, long data, long length, long nanos);

  /** {@code il_queue_take}. */
  public static native int queueTake(long queue, long buffer, long capacity, long item, long nanos);

  /**
   * {@code il_queue_look}.
   *
   * @param cursor address of an {@code il_cursor}
   * @param item address of an {@code il_item}
   */
  public static native int queueLook(
      long queue, long cursor, long buffer, long capacity, long item);

  /**
   * {@code il_queue_inspect}.
   *
   * @param state address of an {@code il_queue_state}
   */
  public static native int queueInspect(long queue, long state);

  /**
   * {@code il_queue_size}.
   *
   * @return size or status
   */
  public static native long queueSize(long queue);

  /** {@code il_queue_shutdown}. */
  public static native int queueShutdown(long queue);

  /** {@code il_queue_done}. */
  public static native int queueDone(long queue, long token);

  /** {@code il_queue_give_back}. */
  public static native int queueGiveBack(long queue, long token);

  /** {@code il_queue_give_back_all}. */
  public static native int queueGiveBackAll(long queue);

  /** {@code il_queue_try_join}. */
  public static native int queueTryJoin(long queue);

  /** {@code il_queue_join}. */
  public static native int queueJoin(long queue, long nanos);

  // ------------------------------------------------------------------ pipe

  /** {@code il_pipe_try_send}. */
  public static native int pipeTrySend(long pipe, int end, long data, long length);

  /**
   * {@code il_pipe_try_receive}.
   *
   * @param item address of an {@code il_item}
   */
  public static native int pipeTryReceive(
      long pipe, int end, long buffer, long capacity, long item);

  /**
   * {@code il_pipe_poll}.
   *
   * @return 0, 1 or status
   */
  public static native long pipePoll(long pipe, int end);

  /** {@code il_pipe_reason}. */
  public static native int pipeReason(int end, boolean sending);

  /** {@code il_pipe_close}. */
  public static native int pipeClose(long pipe, int end);

  /** {@code il_pipe_lend}. */
  public static native int pipeLend(long pipe, int end, int slot, int generation);

  /** {@code il_pipe_handed_over}. */
  public static native int pipeHandedOver(long pipe, int end);

  /** {@code il_pipe_take_back}. */
  public static native int pipeTakeBack(long pipe, int end);

  /** {@code il_pipe_claim}. */
  public static native int pipeClaim(long pipe, int end, int slot, int generation);

  /**
   * {@code il_pipe_owner}.
   *
   * @param owner address of an {@code int} each for slot and generation
   */
  public static native int pipeOwner(long pipe, int end, long owner);

  /**
   * {@code il_pipe_size}.
   *
   * @return size or status
   */
  public static native long pipeSize(long pipe, int end);

  /** {@code il_pipe_owner_pid}. */
  public static native int pipeOwnerPid(long pipe, int end);

  /** {@code il_pipe_largest_item}. */
  public static native long pipeLargestItem(long pipe);

  // ------------------------------------------------------------------ children

  /**
   * {@code il_child_wait}.
   *
   * @param child address of an {@code il_child}
   */
  public static native int childWait(long child, long nanos);

  /**
   * {@code il_child_reap}.
   *
   * @param child address of an {@code il_child}
   */
  public static native int childReap(long child, long nanos);

  /**
   * {@code il_channel_receive}.
   *
   * @param data address of length bytes
   * @param descriptors address of an {@code int} per descriptor
   * @param count address of 4 bytes: how many fit, then how many came
   */
  public static native int channelReceive(
      int channel, long data, long length, long descriptors, long count, long nanos);

  /** {@code il_descriptor_close}. */
  public static native void descriptorClose(int descriptor);
}
