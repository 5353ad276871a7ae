/**
 * Locks, queues and daemon children that work between processes on one machine.
 *
 * <p>The classes follow the manners of {@link java.util.concurrent}, but each object lives in
 * memory that several processes share.
 */
@NullMarked
package org.interlock;

import org.jspecify.annotations.NullMarked;
