package org.interlock.bench.harness;

/** This machine does not have a peer: its figures are left out. */
public final class MissingPeer extends Exception {
  private static final long serialVersionUID = 1;

  public MissingPeer(String reason) {
    super(reason);
  }
}
