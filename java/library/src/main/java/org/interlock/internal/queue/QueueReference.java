package org.interlock.internal.queue;

import java.io.InvalidObjectException;
import org.interlock.Codec;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedReference;

/** What is serialised in place of a queue: which object, and the codec. */
public abstract class QueueReference extends SharedReference {
  private static final long serialVersionUID = 1L;

  private final Codec<?> codec;

  /** Of an open handle. */
  protected QueueReference(QueueHandle<?> queue) {
    super(queue.handle());
    this.codec = queue.codec();
  }

  /** The public handle. */
  protected abstract Object made(QueueHandle<?> queue, boolean joinable);

  @Override
  protected final Object readResolve() throws InvalidObjectException {
    SharedHandle<QueueCore> handle = attach(QueueCore.FACTORY);
    QueueCore core = handle.object();
    if (!codec.id().equals(core.info().codec())) {
      handle.close();
      throw new InvalidObjectException(
          core.label() + " holds " + core.info().codec() + ", its reference a codec for " + codec.id());
    }
    return made(new QueueHandle<>(handle, codec), core.isJoinable());
  }
}
