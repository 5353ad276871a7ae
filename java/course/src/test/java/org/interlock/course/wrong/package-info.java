/** Typical mistakes, each of which a check must catch. */
@NullMarked
package org.interlock.course.wrong;

import org.jspecify.annotations.NullMarked;
