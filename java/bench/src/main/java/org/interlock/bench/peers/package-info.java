/** What Interlock is compared with, each driven as its own documentation says. */
@NullMarked
package org.interlock.bench.peers;

import org.jspecify.annotations.NullMarked;
