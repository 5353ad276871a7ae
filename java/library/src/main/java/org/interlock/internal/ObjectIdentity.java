package org.interlock.internal;

/**
 * The file behind an object: one name may come to mean another object, a file never does.
 *
 * <p>A key of maps, and so with methods that are written out: those that a record would get are
 * built by method handles at their first use, which costs the start of a child 20 ms.
 */
public record ObjectIdentity(long device, long inode) {
  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectIdentity that && inode == that.inode && device == that.device;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(inode * 31 + device);
  }
}
