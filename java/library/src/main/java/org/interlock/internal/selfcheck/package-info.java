/**
 * What {@code java -jar interlock.jar} does: tries every object on this machine, and tells of it.
 */
@NullMarked
package org.interlock.internal.selfcheck;

import org.jspecify.annotations.NullMarked;
