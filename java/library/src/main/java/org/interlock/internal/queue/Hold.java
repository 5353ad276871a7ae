package org.interlock.internal.queue;

import org.interlock.ClosedObjectException;

/** An item of a joinable queue that was received and is neither done nor given back. */
public final class Hold {
  private enum State {
    HELD,
    DONE,
    GIVEN_BACK
  }

  private final QueueCore core;
  private final long token;
  private final int deliveries;
  private State state = State.HELD; // guarded by this

  Hold(QueueCore core, long token, int deliveries) {
    this.core = core;
    this.token = token;
    this.deliveries = deliveries;
  }

  /** How often the item was delivered, this time included. */
  public int deliveries() {
    return deliveries;
  }

  /** The item is gone for good. */
  public synchronized void done() {
    if (state == State.GIVEN_BACK) {
      throw new IllegalStateException(
          core.label() + ": the item was given back by close(), and is another's to finish");
    }
    if (state == State.HELD) {
      core.done(token);
      state = State.DONE;
    }
  }

  /** The item will be delivered again, unless it is done. */
  public synchronized void giveBack() {
    if (state == State.HELD) {
      state = State.GIVEN_BACK;
      try {
        core.giveBack(token);
      } catch (ClosedObjectException e) {
        // Closing the queue has given it back.
      }
    }
  }
}
