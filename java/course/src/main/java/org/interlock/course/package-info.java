/**
 * The checks of the course: each exercise has a property that arbitrary scripts of what processes
 * are told try to break. A student's class gets a {@link org.interlock.course.Bench}; its methods
 * are called in several processes at once, some of which are killed.
 */
@NullMarked
package org.interlock.course;

import org.jspecify.annotations.NullMarked;
