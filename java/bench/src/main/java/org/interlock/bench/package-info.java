/** The bench: Interlock measured side by side with what a user would pick instead. */
@NullMarked
package org.interlock.bench;

import org.jspecify.annotations.NullMarked;
