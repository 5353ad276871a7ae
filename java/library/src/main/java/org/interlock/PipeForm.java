package org.interlock;

import org.interlock.internal.SharedHandle;
import org.interlock.internal.queue.PipeCore;
import org.interlock.internal.queue.PipeEnd;
import org.interlock.internal.queue.PipeReference;

/** What is serialised in place of a pipe or of one of its ends. */
final class PipeForm extends PipeReference {
  private static final long serialVersionUID = 1L;

  PipeForm(SharedHandle<PipeCore> pipe, Codec<?> codec) {
    super(pipe, codec);
  }

  PipeForm(PipeEnd<?> end) {
    super(end);
  }

  @Override
  protected Object made(SharedHandle<PipeCore> pipe, Codec<?> codec) {
    return new ProcessPipe<>(pipe, codec);
  }

  @Override
  protected Object made(PipeEnd<?> end) {
    return new PipeConnection<>(end);
  }
}
