/** Solutions that the checks must let pass: for teachers. */
@NullMarked
package org.interlock.course.model;

import org.jspecify.annotations.NullMarked;
