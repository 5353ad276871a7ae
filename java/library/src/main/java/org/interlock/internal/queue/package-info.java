/** What stands behind {@code ProcessQueue} and {@code JoinableQueue} in one process. */
@NullMarked
package org.interlock.internal.queue;

import org.jspecify.annotations.NullMarked;
