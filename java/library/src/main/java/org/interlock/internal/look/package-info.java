/**
 * Objects and processes as a bystander sees them, who takes no part: for the command {@code
 * interlock} and for finding the cause of a hang. The contract stands in {@code interlock.h}, under
 * "looking".
 */
@NullMarked
package org.interlock.internal.look;

import org.jspecify.annotations.NullMarked;
