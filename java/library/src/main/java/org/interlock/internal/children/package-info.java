/**
 * Child processes: the command line of a JVM, the way of a task to it, and the life of a child seen
 * from its parent ({@code Child}) and from inside ({@code ChildMain}).
 */
@NullMarked
package org.interlock.internal.children;

import org.jspecify.annotations.NullMarked;
