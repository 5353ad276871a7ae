package org.interlock.bench.harness;

/** A process that takes part. Between rounds it waits for its next order. */
public interface Party {
  void order(Order order) throws Exception;

  /** Waits until it has done what was ordered. */
  Outcome outcome() throws Exception;

  void close() throws Exception;
}
