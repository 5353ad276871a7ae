/**
 * Locks, semaphores, events, queues and daemon children that work between processes on one machine.
 *
 * <p>The classes follow the manners of {@link java.util.concurrent}, but each object lives in
 * memory that several processes share. What is said here holds for all of them.
 *
 * <p><b>Killed and stopped processes.</b> Whatever instruction a process is killed at, nobody else
 * hangs, no lock stays held, and no item whose {@code put} returned is lost. A process that is only
 * stopped keeps what it holds; if it was stopped while it waited, it holds up nobody.
 *
 * <p><b>Waiting.</b> A wait can be interrupted ({@link java.lang.InterruptedException} within some
 * 100 ms, and nothing is taken or put), unless its name says otherwise; then the interrupt status
 * is kept. Of a timeout, 0 and less try once, and {@link java.lang.Long#MAX_VALUE} is for ever.
 * Deadlines are monotonic. What does not wait ({@code tryLock()}, {@code poll()}, {@code offer(e)},
 * {@code peek()}, {@code tryAcquire()}) never waits behind a thread that does. A virtual thread
 * that waits leaves its carrier.
 *
 * <p><b>Names.</b> 1 to 200 of {@code A-Z a-z 0-9 . _ -}; anything else is {@link
 * java.lang.IllegalArgumentException}. {@code open} creates or attaches, {@code find} only
 * attaches. A name stays until {@code unlink()} or a reboot, and is this user's. {@code create}
 * makes an anonymous object: it lives as long as any process has it open or is being started with
 * it, and is gone after that, however those processes ended.
 *
 * <p><b>Handing on.</b> Each object is serialisable as a reference: captured by a {@link
 * org.interlock.Task} or put into a queue it arrives as a handle to the same object. A task keeps
 * what it captured alive until the child has attached to it. A reference that lies in a queue or a
 * file does not: if the object is gone when it is read, that is {@link
 * java.io.InvalidObjectException}. Static fields do not travel, so a static initialiser that calls
 * {@code create()} makes another object in the child. An end of a {@link org.interlock.ProcessPipe}
 * is not shared by handing it on: it goes to whoever receives it.
 *
 * <p><b>Closing</b> gives back this process's handle, and can be repeated. Whoever is blocked in it
 * is woken with {@link org.interlock.ClosedObjectException}, which every method then throws but
 * {@code close}, {@code name}, {@code isAnonymous}, {@code unlink}, {@code unlock}, {@code equals},
 * {@code hashCode} and {@code toString}. What is held stays held. Two handles to one name in one
 * process are one object.
 *
 * <p><b>Memory.</b> What a thread did before it put, released, set, unlocked or finished something
 * happens-before what another does, in whatever process, after the matching take, acquire, await,
 * lock or join.
 *
 * <p><b>Errors.</b> What the system refuses is {@link org.interlock.PosixException}, with the call
 * and its errno; so is a limit that was reached (512 handles to one object, 64 condition names or
 * 1024 waiters of one lock). Shared memory that holds garbage is {@link
 * org.interlock.CorruptObjectException}; a name that exists as something else is {@link
 * org.interlock.IncompatibleObjectException}. {@code null} is {@link
 * java.lang.NullPointerException}. None of them does anything to the object.
 */
@NullMarked
package org.interlock;

import org.jspecify.annotations.NullMarked;
