package org.interlock.bench.harness;

/** Something that is measured. */
public record Contender(String name, Opening opening) {
  /** How its session comes about. */
  @FunctionalInterface
  public interface Opening {
    /**
     * Starts what it needs.
     *
     * @throws MissingPeer if this machine does not have it
     */
    Session open(Scale scale) throws Exception;
  }
}
