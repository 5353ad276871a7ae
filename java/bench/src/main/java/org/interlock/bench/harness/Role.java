package org.interlock.bench.harness;

import java.io.Serializable;

/** What a JVM does in a round. It travels to that JVM once and keeps its state there. */
public interface Role extends Serializable {
  default void open() throws Exception {}

  Outcome round(Order order) throws Exception;

  default void close() throws Exception {}
}
