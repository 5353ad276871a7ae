package org.interlock.internal.queue;

/**
 * {@code il_queue_state}, as far as Java asks for it.
 *
 * @param unfinished items not taken, and items taken and not done
 * @param largestItem bytes of the largest item that can ever fit
 * @param full whether no item of any length fits now
 */
record QueueState(int unfinished, boolean shutDown, long largestItem, boolean full) {}
