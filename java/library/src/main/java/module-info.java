/**
 * Locks, queues and daemon children that work between processes.
 *
 * <p>{@code org.interlock} is the whole public interface. JNA is used for what happens once:
 * creating, opening and unlinking names, starting processes.
 */
module org.interlock {
  requires com.sun.jna;
  requires java.management;
  requires static transitive org.jspecify;

  exports org.interlock;
}
