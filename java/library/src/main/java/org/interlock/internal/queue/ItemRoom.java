package org.interlock.internal.queue;

/** Where items are put: how large they may be, and what it is called in messages. */
interface ItemRoom {
  /** Such as {@code ProcessQueue[orders]}. */
  String label();

  /** Bytes of the largest item that can ever fit; never changes. */
  long largestItem();

  /** Bytes that it uses at most. */
  long maxBytes();
}
