/** What the classes of {@code org.interlock.posix} have in common. */
@NullMarked
package org.interlock.internal.posix;

import org.jspecify.annotations.NullMarked;
