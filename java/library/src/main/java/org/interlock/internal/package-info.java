/** How the library works inside. Not exported, and free to change in any release. */
@NullMarked
package org.interlock.internal;

import org.jspecify.annotations.NullMarked;
