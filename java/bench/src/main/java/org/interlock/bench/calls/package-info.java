/** Calls in one process, measured by JMH. */
@NullMarked
package org.interlock.bench.calls;

import org.jspecify.annotations.NullMarked;
