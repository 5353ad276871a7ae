/**
 * Locks, queues and daemon children that work between processes.
 *
 * <p>{@code org.interlock} is for programs, {@code org.interlock.posix} for courses and for sharing
 * with programs in C. JNA is used for what happens once: POSIX itself, creating, opening and
 * unlinking names, starting processes.
 */
module org.interlock {
  requires com.sun.jna;
  requires java.management;
  requires static transitive org.jspecify;

  exports org.interlock;
  exports org.interlock.posix;
}
