/**
 * POSIX itself, one call per method: for courses, and for sharing with programs in other languages
 * that know nothing of Interlock. For everything else use {@code org.interlock}, whose locks and
 * waits survive what these do not.
 *
 * <ul>
 *   <li><b>Names</b> are POSIX names with their slash: {@code "/ktv"}. They stay until {@code
 *       unlink} or the next start of the machine, whatever becomes of the processes.
 *   <li><b>Errors</b> are {@link org.interlock.PosixException} with the name of errno, such as
 *       {@code EEXIST}. What a call answers besides errors is a result: a try that failed, a time
 *       that is over, a mutex whose owner died.
 *   <li><b>Waiting</b> is not interruptible. An interrupt is kept for later. Times are measured by
 *       the monotonic clock; one that is not positive tries once, {@link Long#MAX_VALUE} is for
 *       ever.
 *   <li><b>Closing</b> while a thread is blocked inside, or holds a mutex in the memory, is an
 *       {@link IllegalStateException}, and all stays as it was. Afterwards every method but {@code
 *       name}, {@code size}, {@code unlink} and {@code close} throws {@link
 *       org.interlock.ClosedObjectException}.
 *   <li><b>Death.</b> A process that is killed leaves a semaphore as it was, a mutex to the next
 *       owner, who is told, and a condition variable in a state in which others may hang.
 *   <li><b>Memory.</b> What these synchronise happens in order, in Java and in C: what a thread did
 *       before it posted or unlocked happens-before what another does after it waited or locked.
 *   <li><b>Threads.</b> A mutex belongs to a thread of the system, so a virtual thread can not use
 *       one: {@link UnsupportedOperationException}.
 * </ul>
 *
 * <p>The methods name the page of <a
 * href="https://pubs.opengroup.org/onlinepubs/9799919799/">POSIX.1-2024</a> that they are made of.
 */
@NullMarked
package org.interlock.posix;

import org.jspecify.annotations.NullMarked;
