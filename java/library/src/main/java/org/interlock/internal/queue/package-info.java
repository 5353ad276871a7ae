/**
 * What stands behind {@code ProcessQueue}, {@code JoinableQueue} and {@code ProcessPipe} in one
 * process.
 */
@NullMarked
package org.interlock.internal.queue;

import org.jspecify.annotations.NullMarked;
