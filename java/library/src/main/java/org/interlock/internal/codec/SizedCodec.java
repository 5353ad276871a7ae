package org.interlock.internal.codec;

import org.interlock.Codec;

/**
 * A codec that knows how long an item will be, so that a large one needs no trial.
 *
 * @param <E> what is encoded
 */
public interface SizedCodec<E> extends Codec<E> {
  /** Exactly how many bytes {@link #encode} will write. */
  long size(E item);
}
