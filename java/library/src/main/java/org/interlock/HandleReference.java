package org.interlock;

import java.io.InvalidObjectException;
import org.interlock.internal.BarrierCore;
import org.interlock.internal.EventCore;
import org.interlock.internal.Kinds;
import org.interlock.internal.LockCore;
import org.interlock.internal.LongCore;
import org.interlock.internal.PermitCore;
import org.interlock.internal.SemaphoreCore;
import org.interlock.internal.SharedHandle;
import org.interlock.internal.SharedReference;

/** What is serialised in place of any object that has no codec. */
final class HandleReference extends SharedReference {
  private static final long serialVersionUID = 1L;

  HandleReference(SharedHandle<?> handle) {
    super(handle);
  }

  @Override
  protected Object readResolve() throws InvalidObjectException {
    return switch (kind()) {
      case Kinds.LOCK -> new ProcessLock(attach(LockCore.FACTORY));
      case Kinds.LONG -> new ProcessLong(attach(LongCore.FACTORY));
      case Kinds.EVENT -> new ProcessEvent(attach(EventCore.FACTORY));
      case Kinds.SEMAPHORE -> new ProcessSemaphore(attach(SemaphoreCore.FACTORY));
      case Kinds.PERMITS -> new PermitPool(attach(PermitCore.FACTORY));
      case Kinds.BARRIER -> new ProcessBarrier(attach(BarrierCore.FACTORY));
      default -> throw new InvalidObjectException("a reference to an " + Kinds.label(kind()));
    };
  }
}
