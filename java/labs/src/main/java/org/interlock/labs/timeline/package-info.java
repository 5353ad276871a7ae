/**
 * Pictures of what the processes of a lab do. The labs know nothing of it: the public classes of
 * the library are copied with a call before and after each step ({@link
 * org.interlock.labs.timeline.Weaver}), the copy stands first on the class path of the lab and so
 * of all its children, each of which writes a file of its own ({@link
 * org.interlock.labs.timeline.Recording}); and when the lab has ended, they are read ({@link
 * org.interlock.labs.timeline.Records}) and drawn ({@link org.interlock.labs.timeline.Page}).
 */
@NullMarked
package org.interlock.labs.timeline;

import org.jspecify.annotations.NullMarked;
