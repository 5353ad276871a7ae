package org.interlock.internal.children;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a child through its channel.
 *
 * @param body see {@link TaskMessage#toBody}
 * @param descriptors the caller's to close
 * @param argumentFile to be deleted at the latest when the child has ended; null if there is none
 */
record Parcel(byte[] body, int[] descriptors, @Nullable Path argumentFile) {}
