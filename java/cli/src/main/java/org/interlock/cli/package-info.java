/** The command {@code interlock}: objects for the shell, and for people who look for a hang. */
@NullMarked
package org.interlock.cli;

import org.jspecify.annotations.NullMarked;
