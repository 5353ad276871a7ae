/**
 * What property-based stress tests of multi-process code need: workers that can be killed, scripts
 * of commands for them, and a checker of what they answered.
 */
module org.interlock.testkit {
  requires transitive net.jqwik.api;
  requires static org.apiguardian.api;
  requires static transitive org.jspecify;

  exports org.interlock.testkit;
}
