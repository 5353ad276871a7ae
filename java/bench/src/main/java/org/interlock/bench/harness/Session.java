package org.interlock.bench.harness;

/** A contender that is ready: its processes wait for their turn and use no processor. */
public interface Session {
  default void warmUp(Scale scale) throws Exception {}

  /**
   * One turn.
   *
   * @throws WrongResult if what came out is not what went in
   */
  Sample round(Scale scale) throws Exception;

  /** Ends its processes. */
  default void close() throws Exception {}
}
