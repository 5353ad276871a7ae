/** The codecs that {@code org.interlock.Codec} offers. */
@NullMarked
package org.interlock.internal.codec;

import org.jspecify.annotations.NullMarked;
