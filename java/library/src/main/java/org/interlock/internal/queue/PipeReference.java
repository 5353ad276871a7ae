package org.interlock.internal.queue;

import java.io.InvalidObjectException;
import org.interlock.Codec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedReference;
import org.interlock.internal.Status;

/**
 * What is serialised in place of a pipe, or of an end of it: which object, the codec, and from whom
 * the end comes. Reading it makes the end the reader's, once.
 */
public abstract class PipeReference extends SharedReference {
  private static final long serialVersionUID = 1L;
  private static final int NO_END = -1;

  private final Codec<?> codec;
  private final int end;
  private final int ownerSlot;
  private final int ownerGeneration;

  /** Of a pipe, without its ends. */
  protected PipeReference(SharedHandle<PipeCore> pipe, Codec<?> codec) {
    super(pipe);
    this.codec = codec;
    this.end = NO_END;
    this.ownerSlot = 0;
    this.ownerGeneration = 0;
  }

  /**
   * Of an end.
   *
   * @throws org.interlock.ClosedObjectException if it is not this process's
   */
  protected PipeReference(PipeEnd<?> from) {
    super(from.handle());
    PipeCore core = from.handle().object();
    this.codec = from.codec();
    this.end = from.end();
    PipeCore.Owner owner =
        isLent() ? new PipeCore.Owner(slot(), generation()) : core.owner(from.end());
    if (isLent()) {
      core.lend(end, owner.slot(), owner.generation());
    }
    this.ownerSlot = owner.slot();
    this.ownerGeneration = owner.generation();
  }

  /** The public handle of a pipe. */
  protected abstract Object made(SharedHandle<PipeCore> pipe, Codec<?> itsCodec);

  /** The public handle of an end. */
  protected abstract Object made(PipeEnd<?> itsEnd);

  @Override
  protected final Object readResolve() throws InvalidObjectException {
    if (end != NO_END && end != PipeCore.LEFT && end != PipeCore.RIGHT) {
      throw new InvalidObjectException(label() + " has no end " + end);
    }
    SharedHandle<PipeCore> handle = attach(PipeCore.FACTORY);
    PipeCore core = handle.object();
    boolean complete = false;
    try {
      if (!codec.id().equals(core.info().codec())) {
        throw new InvalidObjectException(
            label()
                + " holds "
                + core.info().codec()
                + ", its reference a codec for "
                + codec.id());
      }
      if (end != NO_END) {
        claim(core);
      }
      complete = true;
      return end == NO_END ? made(handle, codec) : made(new PipeEnd<>(handle, codec, end, true));
    } finally {
      if (!complete) {
        handle.close();
      }
    }
  }

  private void claim(PipeCore core) throws InvalidObjectException {
    int status = core.claim(end, ownerSlot, ownerGeneration);
    if (status != Status.OK) {
      InvalidObjectException invalid =
          new InvalidObjectException(
              core.label(end)
                  + (status == Status.CLOSED ? " is closed" : " was handed to another process"));
      invalid.initCause(core.failure(end, status, 0));
      throw invalid;
    }
  }
}
